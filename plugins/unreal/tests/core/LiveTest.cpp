#include <chrono>
#include <doctest/doctest.h>
#include <thread>

#include "Files.h"
#include "MetaFaceCore/Live.h"

using namespace MetaFaceCore;

namespace
{
	FLive OpenLive(ENaming Naming)
	{
		static const auto Animator = FAnimator::Open();
		REQUIRE_MESSAGE(bool(Animator), Animator.Error());
		auto Live = Animator->Live(FAnimationOptions{}, *FCurveNames::Make(Naming));
		REQUIRE_MESSAGE(bool(Live), Live.Error());
		return std::move(*Live);
	}

	/** The last face of a closed sound; waits for at most 30 seconds. */
	FLiveFace LastFace(const FLive& Live)
	{
		for (int Count = 0; Count < 3000; ++Count)
		{
			const auto Face = Live.FaceAt(Live.Now() + 1000.0);
			REQUIRE_MESSAGE(bool(Face), Face.Error());
			if (Face->bEnded)
			{
				return *Face;
			}
			std::this_thread::sleep_for(std::chrono::milliseconds(10));
		}
		FAIL("the live face has not ended");
		return {};
	}
}

TEST_CASE("a live face ends with the last frame of the library's stream, with the curves' names and signs")
{
	const FSound Sound = Line();
	metaface::Stream Stream = metaface::Animator::open().stream();
	Stream.push(Sound.Samples(), Sound.Count());
	const std::vector<float> Frames = Stream.finish();
	for (const ENaming Naming : {ENaming::LiveLink, ENaming::MetaHuman})
	{
		FLive Live = OpenLive(Naming);
		CHECK(Live.FaceAt(Live.Now())->Values.empty());
		std::thread Audio([&] {
			for (size_t Begin = 0; Begin < Sound.Count(); Begin += 333)
			{
				Live.Push(Sound.Samples() + Begin, std::min<size_t>(333, Sound.Count() - Begin), 16000, 1);
			}
			Live.Close();
		});
		const FLiveFace Face = LastFace(Live);
		Audio.join();
		CHECK(Face.Values == *Live.Names().Values(Frames.data() + Frames.size() - ChannelCount, 1));
	}
}

TEST_CASE("invalid sound does no harm, and a live face without sound is closed at once")
{
	FLive Live = OpenLive(ENaming::LiveLink);
	const std::vector<float> Samples(480, 0.01f);
	Live.Push(nullptr, 100, 48000, 1);
	Live.Push(Samples.data(), 100, 0, 1);
	Live.Push(Samples.data(), 100, 48000, 0);
	Live.Close();
	Live.Push(Samples.data(), 480, 48000, 1);
	CHECK(LastFace(Live).Values.size() == ChannelCount);
	CHECK_FALSE(bool(Live.FaceAt(std::nan(""))));
}
