#include <chrono>
#include <cmath>
#include <doctest/doctest.h>
#include <numbers>
#include <thread>

#include "Files.h"
#include "MetaFaceCore/LiveFace.h"

using namespace MetaFaceCore;

namespace
{
	std::vector<float> Resampled(const std::vector<float>& Sound, uint32_t Rate, size_t BlockSize)
	{
		FResampler Resampler(Rate);
		std::vector<float> Out;
		for (size_t Begin = 0; Begin < Sound.size(); Begin += BlockSize)
		{
			Resampler.Push(Sound.data() + Begin, std::min(BlockSize, Sound.size() - Begin), Out);
		}
		Resampler.Finish(Out);
		return Out;
	}

	std::vector<float> Tone(double Hertz, uint32_t Rate, double Seconds)
	{
		std::vector<float> Sound(size_t(Seconds * Rate));
		for (size_t Index = 0; Index < Sound.size(); ++Index)
		{
			Sound[Index] = float(std::sin(2.0 * std::numbers::pi * Hertz * double(Index) / Rate));
		}
		return Sound;
	}

	FAnimatorStream Stream()
	{
		static const auto Animator = FAnimator::Open();
		REQUIRE_MESSAGE(bool(Animator), Animator.Error());
		auto Opened = Animator->Stream(FAnimationOptions{});
		REQUIRE_MESSAGE(bool(Opened), Opened.Error());
		return std::move(*Opened);
	}

	FCurveNames LiveLinkNames()
	{
		return *FCurveNames::Make(ENaming::LiveLink);
	}
}

TEST_CASE("a ring buffer returns the values in order and writes blocks whole or not at all")
{
	FRingBuffer Ring(8);
	const float Numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	float Out[9] = {};
	for (int Round = 0; Round < 20; ++Round)
	{
		CHECK(Ring.Write(Numbers, 2, Numbers + 2, 3));
		CHECK_FALSE(Ring.Write(Numbers, 4, nullptr, 0));
		CHECK(Ring.Filled() == 5);
		CHECK(Ring.Read(Out, 9) == 5);
		CHECK(std::equal(Out, Out + 5, Numbers));
	}
	CHECK(Ring.Write(Numbers, 8, nullptr, 0));
	CHECK_FALSE(Ring.Write(Numbers, 1, nullptr, 0));
}

TEST_CASE("two threads share a ring buffer without losing values")
{
	FRingBuffer Ring(1000);
	constexpr int Count = 200000;
	std::thread Writer([&Ring] {
		for (int Number = 0; Number < Count;)
		{
			const float Value = float(Number);
			if (Ring.Write(&Value, 1, nullptr, 0))
			{
				++Number;
			}
			else
			{
				std::this_thread::yield();
			}
		}
	});
	bool bInOrder = true;
	for (int Next = 0; Next < Count;)
	{
		float Values[64];
		const size_t Read = Ring.Read(Values, 64);
		for (size_t Index = 0; Index < Read; ++Index)
		{
			bInOrder &= Values[Index] == float(Next++);
		}
		if (Read == 0)
		{
			std::this_thread::yield();
		}
	}
	Writer.join();
	CHECK(bInOrder);
}

TEST_CASE("resampling does not depend on the block size")
{
	for (const uint32_t Rate : {48000u, 44100u, 22050u, 8000u, 96000u, 11025u, 16000u})
	{
		const std::vector<float> Sound = Tone(440.0, Rate, 0.5);
		const std::vector<float> Expected = Resampled(Sound, Rate, Sound.size());
		CHECK(Expected.size() == (Sound.size() * 16000 + Rate - 1) / Rate);
		for (const size_t BlockSize : {1, 7, 480, 1024})
		{
			CHECK(Resampled(Sound, Rate, BlockSize) == Expected);
		}
	}
}

TEST_CASE("a tone keeps its pitch, amplitude and phase, and frequencies above 8 kHz are removed")
{
	for (const uint32_t Rate : {48000u, 44100u, 96000u, 8000u})
	{
		const std::vector<float> Tone16 = Tone(1000.0, 16000, 0.5);
		const std::vector<float> Result = Resampled(Tone(1000.0, Rate, 0.5), Rate, 512);
		double LargestError = 0.0;
		for (size_t Index = 800; Index + 800 < Tone16.size(); ++Index)
		{
			LargestError = std::max(LargestError, double(std::abs(Result[Index] - Tone16[Index])));
		}
		CAPTURE(Rate);
		CHECK(LargestError < 1e-3);
	}
	const std::vector<float> Removed = Resampled(Tone(11000.0, 48000, 0.5), 48000, 512);
	double Loudest = 0.0;
	for (size_t Index = 800; Index + 800 < Removed.size(); ++Index)
	{
		Loudest = std::max(Loudest, double(std::abs(Removed[Index])));
	}
	CHECK(Loudest < 1e-3);
}

TEST_CASE("a NaN sample does not spread")
{
	std::vector<float> Sound = Tone(440.0, 48000, 0.2);
	Sound[4800] = std::nanf("");
	for (const float Sample : Resampled(Sound, 48000, 480))
	{
		REQUIRE(std::isfinite(Sample));
	}
}

TEST_CASE("live frames equal those of the stream bit for bit, for any block size")
{
	const FPcm Sound = Line();
	FAnimatorStream Reference = Stream();
	std::vector<float> Expected = *Reference.Push(Sound.Samples.data(), Sound.Samples.size());
	const std::vector<float> Rest = *Reference.Finish();
	Expected.insert(Expected.end(), Rest.begin(), Rest.end());
	Expected = *LiveLinkNames().Values(Expected.data(), Expected.size() / ChannelCount);
	for (const size_t BlockSize : {160, 333, 1024})
	{
		FLiveFace Face(Stream(), LiveLinkNames());
		std::vector<float> Result;
		std::vector<float> Row;
		for (size_t Begin = 0; Begin < Sound.Samples.size(); Begin += BlockSize)
		{
			const size_t Count = std::min(BlockSize, Sound.Samples.size() - Begin);
			Face.Push(Sound.Samples.data() + Begin, Count, 16000, 1);
			while (Face.Work())
			{
			}
			while (Face.NextRow(Row))
			{
				Result.insert(Result.end(), Row.begin(), Row.end());
			}
		}
		Face.Finish();
		while (Face.NextRow(Row))
		{
			Result.insert(Result.end(), Row.begin(), Row.end());
		}
		CHECK_FALSE(Face.HasFailed());
		CHECK(Face.LostSeconds() == 0.0);
		CHECK(Result == Expected);
	}
}

TEST_CASE("a live face on three threads keeps up with a stereo microphone at 48 kHz")
{
	FLiveFace Face(Stream(), LiveLinkNames());
	std::atomic<bool> bDone{false};
	std::thread Worker([&] {
		while (!bDone)
		{
			if (!Face.Work())
			{
				std::this_thread::sleep_for(std::chrono::milliseconds(2));
			}
		}
		Face.Finish();
	});
	std::thread Audio([&] {
		const std::vector<float> Sound = Tone(200.0, 48000, 0.01);
		std::vector<float> Stereo;
		for (const float Sample : Sound)
		{
			Stereo.insert(Stereo.end(), {Sample, -0.5f * Sample});
		}
		for (int Block = 0; Block < 100; ++Block)
		{
			Face.Push(Stereo.data(), Sound.size(), 48000, 2);
			std::this_thread::sleep_for(std::chrono::milliseconds(5));
		}
	});
	double LargestLag = 0.0;
	for (int Tick = 0; Tick < 60; ++Tick)
	{
		Face.Advance(1.0 / 60.0);
		LargestLag = std::max(LargestLag, Face.Lag());
		std::this_thread::sleep_for(std::chrono::milliseconds(8));
	}
	Audio.join();
	bDone = true;
	Worker.join();
	Face.Advance(1.0 / 60.0);
	CHECK_MESSAGE(!Face.HasFailed(), Face.LastError());
	CHECK(Face.LostSeconds() == 0.0);
	CHECK(Face.Values().size() == ChannelCount);
	CHECK(LargestLag <= 0.26);
}

TEST_CASE("silence is inserted when the sound stops: the last word is animated to its end, and the mouth closes")
{
	const FPcm Sound = Line();
	FLiveFace Face(Stream(), LiveLinkNames());
	double Now = 100.0;
	CHECK_FALSE(Face.FillSilence(Now));
	// Half a second at a time, as from voice chat: no silence is inserted.
	for (size_t Begin = 0; Begin + 8000 <= Sound.Samples.size(); Begin += 8000, Now += 0.55)
	{
		Face.Push(Sound.Samples.data() + Begin, 8000, 16000, 1);
		while (Face.Work())
		{
		}
		CHECK_FALSE(Face.FillSilence(Now));
		CHECK_FALSE(Face.FillSilence(Now + 0.54));
	}
	size_t FrameCount = 0;
	for (std::vector<float> Row; Face.NextRow(Row);)
	{
		++FrameCount;
	}
	size_t SilentBlocks = 0;
	std::vector<float> Last;
	for (const double End = Now + 2.0; Now < End; Now += 0.004)
	{
		SilentBlocks += Face.FillSilence(Now) ? 1 : 0;
		for (std::vector<float> Row; Face.NextRow(Row);)
		{
			Last = Row;
			++FrameCount;
		}
	}
	CHECK(SilentBlocks > 60);
	CHECK(SilentBlocks <= 110);
	CHECK(FrameCount > (Sound.Samples.size() - 8000) / 320 + 50);
	CHECK(Last[17] < 0.1f);
	// Hours of suspension are not filled with silence.
	size_t LateBlocks = 0;
	while (Face.FillSilence(Now + 30000.0))
	{
		++LateBlocks;
	}
	CHECK(LateBlocks <= 6);
	CHECK_FALSE(Face.HasFailed());
	Face.Finish();
	CHECK_FALSE(Face.FillSilence(Now + 40000.0));
}

TEST_CASE("a late worker drops and counts sound, and invalid sound and a paused game do no harm")
{
	FLiveFace Face(Stream(), LiveLinkNames());
	const std::vector<float> OneSecond(48000, 0.01f);
	for (int Count = 0; Count < 5; ++Count)
	{
		Face.Push(OneSecond.data(), OneSecond.size(), 48000, 1);
	}
	CHECK(Face.LostSeconds() == doctest::Approx(2.0).epsilon(0.02));
	Face.Push(nullptr, 100, 48000, 1);
	Face.Push(OneSecond.data(), 100, 0, 1);
	Face.Push(OneSecond.data(), 100, 48000, 0);
	Face.Advance(1.0);
	CHECK(Face.Values().empty());
	for (int Count = 0; Count < 30; ++Count)
	{
		while (Face.Work())
		{
		}
		Face.Push(OneSecond.data(), 8000, Count % 2 == 0 ? 8000 : 44100, 1);
	}
	Face.Finish();
	Face.Finish();
	CHECK_FALSE(Face.Work());
	Face.Advance(0.01);
	CHECK(Face.Values().size() == ChannelCount);
	CHECK(Face.Lag() <= 0.26);
	CHECK_FALSE(Face.HasFailed());
}
