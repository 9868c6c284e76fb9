#include <doctest/doctest.h>

#include "Files.h"
#include "MetaFaceCore/Take.h"

using namespace MetaFaceCore;

TEST_CASE("every key has its frame's exact time, and all times differ")
{
	for (const FRate Rate : {FRate{30, 1}, FRate{24000, 1001}, FRate{60000, 1001}, FRate{25, 1}, FRate{1000, 1}})
	{
		FTake Take;
		Take.Rate = Rate;
		Take.Curves = {"JawOpen"};
		Take.Values.resize(size_t(3600 * Rate.FramesPerSecond()));
		const std::vector<float> Times = KeyTimes(Take);
		REQUIRE(Times.size() == Take.FrameCount());
		CHECK(Times[0] == 0.0f);
		bool bExact = true;
		bool bRising = true;
		for (size_t Frame = 1; Frame < Times.size(); ++Frame)
		{
			const long double Exact = (long double)Frame * Rate.Denominator / Rate.Numerator;
			bExact &= Times[Frame] == float(Exact);
			bRising &= Times[Frame] > Times[Frame - 1];
		}
		CHECK(bExact);
		CHECK(bRising);
		CHECK(float(Take.Duration()) == Times.back());
	}
}

TEST_CASE("16-bit samples are converted as on the command line")
{
	const uint8_t Bytes[] = {0x00, 0x80, 0xff, 0x7f, 0x00, 0x00, 0x01, 0x00, 0x55};
	const auto Sound = FSound::FromPcm16(Bytes, sizeof(Bytes), 16000, 1);
	REQUIRE_MESSAGE(bool(Sound), Sound.Error());
	const std::vector<float> Samples(Sound->Samples(), Sound->Samples() + Sound->Count());
	CHECK(Samples == std::vector<float>{-1.0f, 32767.0f / 32768.0f, 0.0f, 1.0f / 32768.0f});
	CHECK_FALSE(bool(FSound::FromPcm16(nullptr, 0, 16000, 1)));
}

TEST_CASE("a take is interpolated linearly and returns to the rest pose after its end")
{
	FTake Take;
	Take.Rate = {10, 1};
	Take.Curves = {"A", "B"};
	Take.Values = {0, 1, 1, 0, 1, 0.5f};
	std::vector<float> Now;
	SampleAt(Take, -3.0, Now);
	CHECK(Now == std::vector<float>{0, 1});
	SampleAt(Take, 0.05, Now);
	CHECK(Now[0] == doctest::Approx(0.5));
	CHECK(Now[1] == doctest::Approx(0.5));
	SampleAt(Take, Take.Duration() + ReleaseSeconds / 2, Now);
	CHECK(Now[0] == doctest::Approx(0.5));
	SampleAt(Take, 100.0, Now);
	CHECK(Now == std::vector<float>{0, 0});
	Take.Rest = {0, 1};
	SampleAt(Take, Take.Duration(), Now);
	CHECK(Now == std::vector<float>{1, 0.5f});
	SampleAt(Take, Take.Duration() + ReleaseSeconds / 2, Now);
	CHECK(Now[0] == doctest::Approx(0.5));
	CHECK(Now[1] == doctest::Approx(0.75));
	SampleAt(Take, 100.0, Now);
	CHECK(Now == std::vector<float>{0, 1});
	Take.Rest.clear();
	SampleAt(FTake{}, 1.0, Now);
	CHECK(Now.empty());
	SampleAt(Take, std::nan(""), Now);
	CHECK(Now == std::vector<float>{0, 0});
}
