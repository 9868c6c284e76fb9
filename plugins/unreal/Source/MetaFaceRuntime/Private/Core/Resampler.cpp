// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Resampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "MetaFaceCore/Animator.h"

namespace MetaFaceCore
{
	namespace
	{
		/** Zero crossings of the sinc on either side. */
		constexpr double Crossings = 24.0;
		/** The end of the pass band, as a fraction of the lower Nyquist frequency. */
		constexpr double PassBand = 0.95;

		double Sinc(double X)
		{
			return X == 0.0 ? 1.0 : std::sin(std::numbers::pi * X) / (std::numbers::pi * X);
		}

		/** Blackman window; X from -1 to 1. */
		double Window(double X)
		{
			const double Angle = std::numbers::pi * X;
			return 0.42 + 0.5 * std::cos(Angle) + 0.08 * std::cos(2.0 * Angle);
		}
	}

	uint32_t FResampler::UsableRate(uint32_t Rate)
	{
		return std::clamp<uint32_t>(Rate, 1000, 768000);
	}

	FResampler::FResampler(uint32_t InRate) : Rate(UsableRate(InRate))
	{
		const uint64_t Common = std::gcd<uint64_t>(Rate, StreamSampleRate);
		Phases = StreamSampleRate / Common;
		Step = Rate / Common;
		const double CutOff = PassBand * std::min(1.0, double(StreamSampleRate) / double(Rate));
		HalfWidth = size_t(std::ceil(Crossings / CutOff));
		FirstBuffered = -int64_t(HalfWidth);
		if (Rate == StreamSampleRate)
		{
			return;
		}
		Buffer.assign(HalfWidth, 0.0f);
		Kernel.resize(Phases * 2 * HalfWidth);
		for (uint64_t Phase = 0; Phase < Phases; ++Phase)
		{
			// The output's position between two inputs. The weights are normalised to a sum of 1.
			const double Offset = double((Phase * Step) % Phases) / double(Phases);
			float* Weights = Kernel.data() + Phase * 2 * HalfWidth;
			double Sum = 0.0;
			for (size_t Tap = 0; Tap < 2 * HalfWidth; ++Tap)
			{
				const double Distance = double(Tap) - double(HalfWidth - 1) - Offset;
				const double Weight = Sinc(CutOff * Distance) * Window(Distance / double(HalfWidth));
				Weights[Tap] = float(Weight);
				Sum += Weight;
			}
			for (size_t Tap = 0; Tap < 2 * HalfWidth; ++Tap)
			{
				Weights[Tap] = float(Weights[Tap] / Sum);
			}
		}
	}

	void FResampler::Push(const float* Samples, size_t Count, std::vector<float>& Out)
	{
		if (Rate == StreamSampleRate)
		{
			Out.insert(Out.end(), Samples, Samples + Count);
			return;
		}
		for (size_t Index = 0; Index < Count; ++Index)
		{
			// A NaN would spread to every output within the kernel.
			Buffer.push_back(std::isfinite(Samples[Index]) ? Samples[Index] : 0.0f);
		}
		Received += Count;
		Emit(Out);
	}

	void FResampler::Finish(std::vector<float>& Out)
	{
		if (Rate == StreamSampleRate)
		{
			return;
		}
		Buffer.insert(Buffer.end(), HalfWidth, 0.0f);
		Emit(Out);
	}

	void FResampler::Emit(std::vector<float>& Out)
	{
		const int64_t End = FirstBuffered + int64_t(Buffer.size());
		const uint64_t Total = (Received * Phases + Step - 1) / Step;
		for (; NextOut < Total; ++NextOut)
		{
			const auto Position = int64_t(NextOut * Step / Phases);
			if (Position + int64_t(HalfWidth) >= End)
			{
				break;
			}
			const float* Inputs = Buffer.data() + (Position - int64_t(HalfWidth - 1) - FirstBuffered);
			const float* Weights = Kernel.data() + (NextOut % Phases) * 2 * HalfWidth;
			float Sum = 0.0f;
			for (size_t Tap = 0; Tap < 2 * HalfWidth; ++Tap)
			{
				Sum += Inputs[Tap] * Weights[Tap];
			}
			Out.push_back(Sum);
		}
		const int64_t Needed = int64_t(NextOut * Step / Phases) - int64_t(HalfWidth - 1);
		const int64_t Consumed = std::clamp<int64_t>(Needed - FirstBuffered, 0, int64_t(Buffer.size()));
		Buffer.erase(Buffer.begin(), Buffer.begin() + Consumed);
		FirstBuffered += Consumed;
	}
}
