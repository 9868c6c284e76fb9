// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "MetaFaceCore/Resampler.h"
#include "MetaFaceCore/RingBuffer.h"
#include "MetaFaceCore/Voice.h"

namespace MetaFaceCore
{
	/**
	 * A face that follows sound as it comes, across three threads:
	 *
	 *   audio thread   Push: mixes to mono into a ring; no lock, no allocation, never waits
	 *   worker         Work: resamples, asks the network, names the curves, into a second ring
	 *   game thread    Advance and Values: takes what is there, at an even pace
	 */
	class METAFACERUNTIME_API FLiveFace
	{
	public:
		FLiveFace(FVoiceStream InStream, FCurveNames InNames);

		const std::vector<std::string>& Curves() const { return Names.Names(); }
		/** Where each curve is when the face rests. */
		const std::vector<float>& Rest() const { return Names.Rest(); }

		// Audio thread.

		/** Interleaved samples. What finds no room, because nobody works, is counted and lost. */
		void Push(const float* Samples, size_t Frames, uint32_t Rate, uint16_t Channels);

		// Worker.

		/** Does what there is to do. Returns false where there was nothing, or after an error. */
		bool Work();
		/**
		 * To be called with the time between pieces of work, in seconds that only rise. Where sound came
		 * and stopped, silence goes on in its place: what was said is made to its end, and the mouth
		 * closes. Returns whether there was anything to do.
		 */
		bool AwaitSound(double Now);
		/** No sound will come any more: the last frames are made. */
		void Finish();

		// Game thread.

		/**
		 * The next row of curves as it was made, 50 a second, for who records instead of showing; false
		 * where there is none yet. What this takes, Advance does not show.
		 */
		bool NextRow(std::vector<float>& Row);
		/** Moves on by so many seconds of the game. */
		void Advance(double Seconds);
		/** The face now, one value for each curve; empty before the first frame. */
		const std::vector<float>& Values() const { return Current; }
		/** How much of what was made has not been shown yet, in seconds. */
		double Lag() const;

		// Any thread.

		/** Seconds of sound that were lost. */
		double LostSeconds() const { return double(LostMicroseconds.load()) * 1e-6; }
		/** Whether an error ended the work; LastError() may then be read. */
		bool HasFailed() const { return bFailed.load(std::memory_order_acquire); }
		const std::string& LastError() const { return Error; }

	private:
		void Follow(const float* Samples, size_t Count, uint32_t Rate);
		void Hear(const float* Samples, size_t Count, uint32_t Rate);
		void Send(const TOutcome<std::vector<float>>& Channels);
		void Fail(const std::string& Reason);
		const float* Kept(uint64_t Frame) const;

		FVoiceStream Stream;
		FCurveNames Names;
		size_t Width;

		FRingBuffer Sound;
		FRingBuffer Frames;
		std::atomic<uint64_t> LostMicroseconds{0};
		std::atomic<bool> bFailed{false};
		std::string Error;

		// The worker's own.
		std::optional<FResampler> Resampler;
		std::vector<float> Heard;
		std::vector<float> Mono16;
		bool bFinished = false;
		/** Seconds of sound since AwaitSound was called last, and the time until which there is sound. */
		double HeardSeconds = 0.0;
		std::optional<double> CoveredUntil;

		// The game thread's own: the latest frames, and where it is among them.
		std::vector<float> History;
		std::vector<float> Arrived;
		uint64_t FrameCount = 0;
		double Playhead = 0.0;
		std::vector<float> Current;
	};
}
