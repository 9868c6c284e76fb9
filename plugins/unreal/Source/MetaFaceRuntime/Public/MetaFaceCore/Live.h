// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "MetaFaceCore/Animator.h"

namespace MetaFaceCore
{
	/** The face of a live sound at a time. */
	struct FLiveFace
	{
		/** One value per curve; empty before the first frame. */
		std::vector<float> Values;
		/** Whether this is the last frame of a sound that was closed. */
		bool bEnded = false;
	};

	/** Animates sound as it arrives, in a thread of the library. The destructor waits for that thread. */
	class METAFACERUNTIME_API FLive
	{
	public:
		FLive(FLive&&) noexcept;
		FLive& operator=(FLive&&) noexcept;
		~FLive();

		const FCurveNames& Names() const;

		/** Audio thread: takes interleaved samples; no lock, no allocation, never waits. */
		void Push(const float* Samples, size_t Frames, uint32_t Rate, uint16_t Channels);
		/** Any thread: ends the sound; the last frames follow. */
		void Close();

		/** Seconds since the start. */
		double Now() const;
		/** Game thread: the face to show at a time of Now. */
		TOutcome<FLiveFace> FaceAt(double Seconds) const;

	private:
		friend class FAnimator;
		struct FImpl;
		explicit FLive(std::unique_ptr<FImpl> InImpl);
		std::unique_ptr<FImpl> Impl;
	};

	/**
	 * The position in a sound that the audio engine plays. The game's clock advances it evenly; the
	 * positions that the audio engine reports now and then correct the drift, and a jump is followed at once.
	 */
	class METAFACERUNTIME_API FPlaybackClock
	{
	public:
		/** In seconds. */
		double Position() const { return Seconds; }
		void Restart() { Seconds = 0.0; }
		void Advance(double DeltaSeconds);
		/** Takes a position that the audio engine reports. */
		void Synchronise(double SoundSeconds);

	private:
		double Seconds = 0.0;
	};
}
