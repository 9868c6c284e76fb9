// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "MetaFaceCore/Animator.h"
#include "MetaFaceCore/Resampler.h"
#include "MetaFaceCore/RingBuffer.h"

namespace MetaFaceCore
{
	/**
	 * Animates a face from live sound, on three threads:
	 *
	 *   audio thread    Push: mixes to mono into a ring buffer; no lock, no allocation, never waits
	 *   worker thread   Work: resamples, runs the network, writes named curves into a second ring buffer
	 *   game thread     Advance and Values: reads the frames at an even pace
	 */
	class METAFACERUNTIME_API FLiveFace
	{
	public:
		FLiveFace(FAnimatorStream InStream, FCurveNames InNames);

		const std::vector<std::string>& Curves() const { return Names.Names(); }
		/** Each curve's value in the rest pose. */
		const std::vector<float>& Rest() const { return Names.Rest(); }

		// Audio thread.

		/** Takes interleaved samples. Drops and counts those that do not fit because the worker is late. */
		void Push(const float* Samples, size_t Frames, uint32_t Rate, uint16_t Channels);

		// Worker thread.

		/** Processes one block of sound. Returns false if there is none, or after an error. */
		bool Work();
		/**
		 * Inserts silence when the sound stops, so that the last word is animated to its end and the mouth
		 * closes. `Now` is in seconds and never decreases; call it after each Work. Returns whether it
		 * inserted silence.
		 */
		bool FillSilence(double Now);
		/** Ends the sound and writes the last frames. */
		void Finish();

		// Game thread.

		/**
		 * Reads the next row of curves for recording, 50 a second; false if there is none yet. Advance
		 * does not show the rows that are read here.
		 */
		bool NextRow(std::vector<float>& Row);
		/** Advances by seconds of game time. */
		void Advance(double Seconds);
		/** The current values, one per curve; empty before the first frame. */
		const std::vector<float>& Values() const { return Current; }
		/** Seconds between the shown frame and the latest frame. */
		double Lag() const;

		// Any thread.

		/** Seconds of dropped sound. */
		double LostSeconds() const { return double(LostMicroseconds.load()) * 1e-6; }
		/** Whether an error ended the work; only then may LastError() be read. */
		bool HasFailed() const { return bFailed.load(std::memory_order_acquire); }
		const std::string& LastError() const { return Error; }

	private:
		void Process(const float* Samples, size_t Count, uint32_t Rate);
		void Resample(const float* Samples, size_t Count, uint32_t Rate);
		void WriteFrames(const TOutcome<std::vector<float>>& Channels);
		void Fail(const std::string& Reason);
		const float* HistoryFrame(uint64_t Frame) const;

		FAnimatorStream Stream;
		FCurveNames Names;
		size_t Width;

		FRingBuffer Sound;
		FRingBuffer Frames;
		std::atomic<uint64_t> LostMicroseconds{0};
		std::atomic<bool> bFailed{false};
		std::string Error;

		// Worker thread only.
		std::optional<FResampler> Resampler;
		std::vector<float> Input;
		std::vector<float> Mono16;
		bool bFinished = false;
		/** Seconds of sound since the last call of FillSilence, and the time until which there is sound. */
		double ReceivedSeconds = 0.0;
		std::optional<double> CoveredUntil;

		// Game thread only: the latest frames and the position among them.
		std::vector<float> History;
		std::vector<float> NextFrame;
		uint64_t FrameCount = 0;
		double Playhead = 0.0;
		std::vector<float> Current;
	};
}
