// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace MetaFaceCore
{
	/** Frames per second as a fraction: 24000/1001 is a rate. */
	struct FRate
	{
		uint32_t Numerator = 30;
		uint32_t Denominator = 1;

		double FramesPerSecond() const { return double(Numerator) / double(Denominator); }
		/** Seconds, in the order of operations that FFrameRate::AsSeconds has. */
		double TimeOf(double Frame) const { return Frame * double(Denominator) / double(Numerator); }
	};

	/** Sound as an engine has it: interleaved, 1 being full scale. */
	struct FPcm
	{
		std::vector<float> Samples;
		uint32_t Rate = 0;
		uint16_t Channels = 0;
	};

	/** 16-bit samples, as sound assets keep what was imported; an odd last byte is left out. */
	METAFACERUNTIME_API std::vector<float> FromPcm16(const uint8_t* Bytes, size_t Count);

	/** Curves over time, named as the character wants them. */
	struct FTake
	{
		FRate Rate;
		/** The time code of the first frame, in frames. */
		double StartFrame = 0.0;
		std::string Name;
		std::vector<std::string> Curves;
		/** Frame by frame, one value for each curve. */
		std::vector<float> Values;
		/** Where each curve is when the face rests: not always 0, some rigs rest with curves at 1. */
		std::vector<float> Rest;
		std::vector<std::string> Warnings;

		size_t FrameCount() const { return Curves.empty() ? 0 : Values.size() / Curves.size(); }
		double Duration() const { return FrameCount() == 0 ? 0.0 : Rate.TimeOf(double(FrameCount() - 1)); }
	};

	/** Where a curve has its keys, in seconds: each frame's exact time, rounded once. */
	METAFACERUNTIME_API std::vector<float> KeyTimes(const FTake& Take);

	/** The values of one curve, frame by frame. */
	METAFACERUNTIME_API std::vector<float> ValuesOf(const FTake& Take, size_t Curve);

	/** Draws values to rest: `Keep` 1 leaves them, 0 is rest. Curves without a rest of their own rest at 0. */
	METAFACERUNTIME_API void DrawToRest(const std::vector<float>& Rest, float Keep, std::vector<float>& Values);

	/**
	 * The values at a time, between frames in a straight line. Before the first frame the face is
	 * as in the first; past the last it goes to rest within ReleaseSeconds.
	 */
	METAFACERUNTIME_API void SampleAt(const FTake& Take, double Seconds, std::vector<float>& Out);

	inline constexpr double ReleaseSeconds = 0.25;
}
