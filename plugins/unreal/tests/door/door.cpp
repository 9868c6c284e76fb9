// Writes the keys of an animation sequence or the last frame of a live face as raw floats.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "MetaFaceCore/Live.h"
#include "MetaFaceCore/SpeakerFile.h"

using namespace MetaFaceCore;

namespace
{
	int Failed(const std::string& Reason)
	{
		std::fprintf(stderr, "%s\n", Reason.c_str());
		return 1;
	}

	void Write(const std::string& File, const std::vector<float>& Values)
	{
		std::ofstream(File, std::ios::binary).write(reinterpret_cast<const char*>(Values.data()), std::streamsize(Values.size() * sizeof(float)));
	}
}

// keys PCM16 RATE CHANNELS FPS VALUES TIMES [SPEAKER]: the keys of an animation sequence
// live PCM16 RATE CHANNELS BLOCK VALUES: the last frame of a live face that receives BLOCK samples at a time
int main(int Count, char** Arguments)
{
	const std::vector<std::string> Parameters(Arguments + 1, Arguments + Count);
	if (Parameters.size() < 6)
	{
		return Failed("door keys PCM16 RATE CHANNELS FPS VALUES TIMES [SPEAKER] | door live PCM16 RATE CHANNELS BLOCK VALUES");
	}
	std::ifstream Reader(Parameters[1], std::ios::binary);
	const std::vector<char> Bytes{std::istreambuf_iterator<char>(Reader), {}};
	const auto Rate = uint32_t(std::stoul(Parameters[2]));
	const auto Channels = uint16_t(std::stoul(Parameters[3]));
	const auto Sound = FSound::FromPcm16(reinterpret_cast<const uint8_t*>(Bytes.data()), Bytes.size(), Rate, Channels);
	auto Animator = FAnimator::Open();
	const auto Names = FCurveNames::Make(ENaming::LiveLink);
	if (!Sound || !Animator || !Names)
	{
		return Failed(Sound.Error() + Animator.Error() + Names.Error());
	}
	if (Parameters[0] == "keys")
	{
		const auto FrameRate = ParseRate(Parameters[4]);
		if (!FrameRate)
		{
			return Failed(FrameRate.Error());
		}
		if (Parameters.size() > 7)
		{
			const auto Speaker = ReadSpeakerFile(Parameters[7]);
			if (!Speaker)
			{
				return Failed(Speaker.Error());
			}
			Animator = Animator->WithSpeaker(Speaker->Bytes.data(), Speaker->Bytes.size(), 1.0f);
		}
		FAnimationOptions Options;
		Options.FrameRate = *FrameRate;
		Options.Name = "line";
		const auto Take = Animator ? Animator->Animate(*Sound, Options, *Names) : TOutcome<FTake>::Failed(Animator.Error());
		if (!Take)
		{
			return Failed(Take.Error());
		}
		// One curve after another, in the order of the keys.
		std::vector<float> KeyValues;
		for (size_t Curve = 0; Curve < Take->Curves.size(); ++Curve)
		{
			const std::vector<float> Values = ValuesOf(*Take, Curve);
			KeyValues.insert(KeyValues.end(), Values.begin(), Values.end());
		}
		Write(Parameters[5], KeyValues);
		Write(Parameters[6], KeyTimes(*Take));
		return 0;
	}
	auto Live = Animator->Live(FAnimationOptions{}, *Names);
	if (!Live)
	{
		return Failed(Live.Error());
	}
	const size_t BlockSize = std::stoul(Parameters[4]);
	for (size_t Begin = 0; Begin < Sound->Count(); Begin += BlockSize)
	{
		Live->Push(Sound->Samples() + Begin, std::min(BlockSize, Sound->Count() - Begin), 16000, 1);
	}
	Live->Close();
	auto Face = Live->FaceAt(Live->Now() + 1000.0);
	while (Face && !Face->bEnded)
	{
		std::this_thread::sleep_for(std::chrono::milliseconds(10));
		Face = Live->FaceAt(Live->Now() + 1000.0);
	}
	if (!Face)
	{
		return Failed(Face.Error());
	}
	Write(Parameters[5], Face->Values);
	return 0;
}
