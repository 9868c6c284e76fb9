// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace MetaFaceCore
{
	/** Frames per second as an exact fraction, such as 24000/1001. */
	struct FRate
	{
		uint32_t Numerator = 30;
		uint32_t Denominator = 1;

		double FramesPerSecond() const { return double(Numerator) / double(Denominator); }
		/** A frame's time in seconds, computed in the same order as FFrameRate::AsSeconds. */
		double TimeOf(double Frame) const { return Frame * double(Denominator) / double(Numerator); }
	};

	/** A clip as named curves of a character. */
	struct FTake
	{
		FRate Rate;
		/** Time code of the first frame, in frames. */
		double StartFrame = 0.0;
		std::string Name;
		std::vector<std::string> Curves;
		/** One row per frame, one value per curve. */
		std::vector<float> Values;
		/** Each curve's value in the rest pose; some rigs have curves that rest at 1. */
		std::vector<float> Rest;
		std::vector<std::string> Warnings;

		size_t FrameCount() const { return Curves.empty() ? 0 : Values.size() / Curves.size(); }
		double Duration() const { return FrameCount() == 0 ? 0.0 : Rate.TimeOf(double(FrameCount() - 1)); }
	};

	/** The times of the keys in seconds: each frame's exact time, rounded once. */
	METAFACERUNTIME_API std::vector<float> KeyTimes(const FTake& Take);

	/** The values of one curve, one per frame. */
	METAFACERUNTIME_API std::vector<float> ValuesOf(const FTake& Take, size_t Curve);

	/** Blends values with the rest pose: `Keep` 1 leaves them, 0 is the rest pose. Curves beyond `Rest` rest at 0. */
	METAFACERUNTIME_API void BlendToRest(const std::vector<float>& Rest, float Keep, std::vector<float>& Values);

	/**
	 * The values at a time, interpolated linearly between frames. Before the first frame they are the
	 * first frame's; after the last they return to the rest pose within ReleaseSeconds.
	 */
	METAFACERUNTIME_API void SampleAt(const FTake& Take, double Seconds, std::vector<float>& Out);

	inline constexpr double ReleaseSeconds = 0.25;
}
