// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace MetaFaceCore
{
	/**
	 * Resamples a mono stream to 16 kHz with a windowed sinc, in blocks of any size. The delay is the
	 * right half of the kernel: 1 ms at 48 kHz. Sound at 16 kHz passes unchanged.
	 */
	class METAFACERUNTIME_API FResampler
	{
	public:
		/** The rate limited to 1000 to 768000 Hz. */
		static uint32_t UsableRate(uint32_t Rate);

		explicit FResampler(uint32_t InRate);

		uint32_t InputRate() const { return Rate; }
		/** Appends the samples whose inputs have all arrived. */
		void Push(const float* Samples, size_t Count, std::vector<float>& Out);
		/** Appends the remaining samples, as if silence followed. */
		void Finish(std::vector<float>& Out);

	private:
		void Emit(std::vector<float>& Out);

		uint32_t Rate;
		/** Outputs and inputs per cycle of the kernel's phases. */
		uint64_t Phases;
		uint64_t Step;
		size_t HalfWidth;
		/** 2 x HalfWidth weights for each phase. */
		std::vector<float> Kernel;
		std::vector<float> Buffer;
		/** Stream index of the first buffered input sample, and of the next output sample. */
		int64_t FirstBuffered;
		uint64_t NextOut = 0;
		uint64_t Received = 0;
	};
}
