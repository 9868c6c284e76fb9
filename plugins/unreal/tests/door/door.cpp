// Writes the keys of an animation sequence or the frames of a live face as raw floats.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "MetaFaceCore/LiveFace.h"
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
// live PCM16 RATE CHANNELS BLOCK VALUES: the frames of a live face that receives BLOCK samples at a time
int main(int Count, char** Arguments)
{
	const std::vector<std::string> Parameters(Arguments + 1, Arguments + Count);
	if (Parameters.size() < 6)
	{
		return Failed("door keys PCM16 RATE CHANNELS FPS VALUES TIMES [SPEAKER] | door live PCM16 RATE CHANNELS BLOCK VALUES");
	}
	std::ifstream Reader(Parameters[1], std::ios::binary);
	const std::vector<char> Bytes{std::istreambuf_iterator<char>(Reader), {}};
	FPcm Pcm;
	Pcm.Samples = FromPcm16(reinterpret_cast<const uint8_t*>(Bytes.data()), Bytes.size());
	Pcm.Rate = uint32_t(std::stoul(Parameters[2]));
	Pcm.Channels = uint16_t(std::stoul(Parameters[3]));
	auto Animator = FAnimator::Open();
	const auto Names = FCurveNames::Make(ENaming::LiveLink);
	if (!Animator || !Names)
	{
		return Failed(Animator.Error() + Names.Error());
	}
	if (Parameters[0] == "keys")
	{
		const auto Rate = ParseRate(Parameters[4]);
		if (!Rate)
		{
			return Failed(Rate.Error());
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
		Options.FrameRate = *Rate;
		Options.Name = "line";
		const auto Take = Animator ? Animator->Animate(Pcm, Options, *Names) : TOutcome<FTake>::Failed(Animator.Error());
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
	auto Stream = Animator->Stream(FAnimationOptions{});
	if (!Stream)
	{
		return Failed(Stream.Error());
	}
	FLiveFace Face(std::move(*Stream), *Names);
	std::vector<float> Rows;
	std::vector<float> Row;
	const auto ReadRows = [&] {
		while (Face.NextRow(Row))
		{
			Rows.insert(Rows.end(), Row.begin(), Row.end());
		}
	};
	const size_t Frames = Pcm.Samples.size() / Pcm.Channels;
	const size_t BlockSize = std::stoul(Parameters[4]);
	for (size_t Begin = 0; Begin < Frames; Begin += BlockSize)
	{
		Face.Push(Pcm.Samples.data() + Begin * Pcm.Channels, std::min(BlockSize, Frames - Begin), Pcm.Rate, Pcm.Channels);
		while (Face.Work())
		{
		}
		ReadRows();
	}
	Face.Finish();
	ReadRows();
	Write(Parameters[5], Rows);
	return Face.HasFailed() ? Failed(Face.LastError()) : 0;
}
