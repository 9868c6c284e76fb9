// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace MetaFaceCore
{
	/**
	 * Brings mono sound to 16 kHz as it arrives, in pieces of any size, by a windowed sinc. It
	 * delays nothing but the right half of its kernel: 1 ms at 48 kHz. 16 kHz pass untouched.
	 */
	class METAFACERUNTIME_API FResampler
	{
	public:
		/** Rates are 1000 to 768000 Hz; anything else counts as the nearest of them. */
		static uint32_t UsableRate(uint32_t Rate);

		explicit FResampler(uint32_t InRate);

		uint32_t InputRate() const { return Rate; }
		/** Appends what is now certain. */
		void Push(const float* Samples, size_t Count, std::vector<float>& Out);
		/** Appends the rest, as if silence followed. */
		void Finish(std::vector<float>& Out);

	private:
		void Emit(std::vector<float>& Out);

		uint32_t Rate;
		/** Outputs per cycle, and inputs that a cycle takes. */
		uint64_t Phases;
		uint64_t Step;
		size_t HalfWidth;
		/** For each phase, 2 x HalfWidth weights. */
		std::vector<float> Kernel;
		std::vector<float> Held;
		/** The index in the stream of the first sample held, and of the next one to put out. */
		int64_t FirstHeld;
		uint64_t NextOut = 0;
		uint64_t Received = 0;
	};
}
