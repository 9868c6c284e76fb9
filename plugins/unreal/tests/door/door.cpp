// What the plugin would key, and what a live face is given, as raw floats.
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
// live PCM16 RATE CHANNELS PIECE VALUES: what a live face is given, PIECE samples at a time
int main(int Count, char** Arguments)
{
	const std::vector<std::string> Given(Arguments + 1, Arguments + Count);
	if (Given.size() < 6)
	{
		return Failed("door keys PCM16 RATE CHANNELS FPS VALUES TIMES [SPEAKER] | door live PCM16 RATE CHANNELS PIECE VALUES");
	}
	std::ifstream Reader(Given[1], std::ios::binary);
	const std::vector<char> Bytes{std::istreambuf_iterator<char>(Reader), {}};
	FPcm Pcm;
	Pcm.Samples = FromPcm16(reinterpret_cast<const uint8_t*>(Bytes.data()), Bytes.size());
	Pcm.Rate = uint32_t(std::stoul(Given[2]));
	Pcm.Channels = uint16_t(std::stoul(Given[3]));
	auto Voice = FVoice::Open();
	const auto Names = FCurveNames::Make(ENaming::LiveLink);
	if (!Voice || !Names)
	{
		return Failed(Voice.Error() + Names.Error());
	}
	if (Given[0] == "keys")
	{
		const auto Rate = ParseRate(Given[4]);
		if (!Rate)
		{
			return Failed(Rate.Error());
		}
		if (Given.size() > 7)
		{
			const auto Speaker = ReadSpeakerFile(Given[7]);
			if (!Speaker)
			{
				return Failed(Speaker.Error());
			}
			Voice = Voice->SpeakingAs(Speaker->Bytes.data(), Speaker->Bytes.size(), 1.0f);
		}
		FHow How;
		How.Rate = *Rate;
		How.Name = "line";
		const auto Take = Voice ? Voice->Animate(Pcm, How, *Names) : TOutcome<FTake>::Failed(Voice.Error());
		if (!Take)
		{
			return Failed(Take.Error());
		}
		// Curve after curve, as they are keyed.
		std::vector<float> Keyed;
		for (size_t Curve = 0; Curve < Take->Curves.size(); ++Curve)
		{
			const std::vector<float> Values = ValuesOf(*Take, Curve);
			Keyed.insert(Keyed.end(), Values.begin(), Values.end());
		}
		Write(Given[5], Keyed);
		Write(Given[6], KeyTimes(*Take));
		return 0;
	}
	auto Stream = Voice->Stream(FHow{});
	if (!Stream)
	{
		return Failed(Stream.Error());
	}
	FLiveFace Face(std::move(*Stream), *Names);
	std::vector<float> Rows;
	std::vector<float> Row;
	const auto Take = [&] {
		while (Face.NextRow(Row))
		{
			Rows.insert(Rows.end(), Row.begin(), Row.end());
		}
	};
	const size_t Frames = Pcm.Samples.size() / Pcm.Channels;
	const size_t Piece = std::stoul(Given[4]);
	for (size_t Begin = 0; Begin < Frames; Begin += Piece)
	{
		Face.Push(Pcm.Samples.data() + Begin * Pcm.Channels, std::min(Piece, Frames - Begin), Pcm.Rate, Pcm.Channels);
		while (Face.Work())
		{
		}
		Take();
	}
	Face.Finish();
	Take();
	Write(Given[5], Rows);
	return Face.HasFailed() ? Failed(Face.LastError()) : 0;
}
