// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Take.h"

#include <algorithm>
#include <cmath>

namespace MetaFaceCore
{
	std::vector<float> KeyTimes(const FTake& Take)
	{
		std::vector<float> Times(Take.FrameCount());
		for (size_t Frame = 0; Frame < Times.size(); ++Frame)
		{
			Times[Frame] = float(Take.Rate.TimeOf(double(Frame)));
		}
		return Times;
	}

	std::vector<float> ValuesOf(const FTake& Take, size_t Curve)
	{
		std::vector<float> Values(Take.FrameCount());
		for (size_t Frame = 0; Frame < Values.size(); ++Frame)
		{
			Values[Frame] = Take.Values[Frame * Take.Curves.size() + Curve];
		}
		return Values;
	}

	void BlendToRest(const std::vector<float>& Rest, float Keep, std::vector<float>& Values)
	{
		for (size_t Curve = 0; Curve < Values.size(); ++Curve)
		{
			const float RestValue = Curve < Rest.size() ? Rest[Curve] : 0.0f;
			// The ends are exact to the bit, without the rounding of the interpolation.
			Values[Curve] = Keep >= 1.0f ? Values[Curve] : Keep <= 0.0f ? RestValue : RestValue + Keep * (Values[Curve] - RestValue);
		}
	}

	void SampleAt(const FTake& Take, double Seconds, std::vector<float>& Out)
	{
		const size_t Width = Take.Curves.size();
		const size_t Frames = Take.FrameCount();
		Out.assign(Width, 0.0f);
		if (Frames == 0 || !std::isfinite(Seconds))
		{
			return BlendToRest(Take.Rest, 0.0f, Out);
		}
		const double Position = std::clamp(Seconds * Take.Rate.FramesPerSecond(), 0.0, double(Frames - 1));
		const auto Frame = size_t(Position);
		const float* Current = Take.Values.data() + Frame * Width;
		const float* Next = Frame + 1 < Frames ? Current + Width : Current;
		const auto Fraction = float(Position - double(Frame));
		const double SecondsAfterEnd = std::max(0.0, Seconds - Take.Duration());
		const auto Keep = float(std::clamp(1.0 - SecondsAfterEnd / ReleaseSeconds, 0.0, 1.0));
		for (size_t Curve = 0; Curve < Width; ++Curve)
		{
			Out[Curve] = Current[Curve] + Fraction * (Next[Curve] - Current[Curve]);
		}
		BlendToRest(Take.Rest, Keep, Out);
	}
}
