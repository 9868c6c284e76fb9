#include <algorithm>
#include <doctest/doctest.h>

#include "Files.h"
#include "MetaFaceCore/SpeakerFile.h"
#include "MetaFaceCore/Voice.h"

using namespace MetaFaceCore;

namespace
{
	size_t IndexOf(const std::vector<std::string>& Names, const std::string& Name)
	{
		return size_t(std::find(Names.begin(), Names.end(), Name) - Names.begin());
	}

	const TOutcome<FVoice>& Opened()
	{
		static const auto Voice = FVoice::Open();
		return Voice;
	}

	FCurveNames Named(ENaming Naming)
	{
		auto Names = FCurveNames::Make(Naming);
		REQUIRE_MESSAGE(bool(Names), Names.Error());
		return *Names;
	}
}

TEST_CASE("curves are named as Live Link, ARKit or a MetaHuman has them, with the head's angles last")
{
	const auto LiveLink = Named(ENaming::LiveLink).Names();
	const auto Apple = Named(ENaming::Apple).Names();
	const auto MetaHuman = Named(ENaming::MetaHuman).Names();
	REQUIRE(LiveLink.size() == ChannelCount);
	CHECK(LiveLink[17] == "JawOpen");
	CHECK(Apple[17] == "jawOpen");
	CHECK(LiveLink[52] == "HeadYaw");
	CHECK(Apple[60] == "rightEyeRoll");
	CHECK(IndexOf(MetaHuman, "CTRL_expressions_jawOpen") < MetaHuman.size());
	CHECK(IndexOf(MetaHuman, "CTRL_expressions_mouthCornerPullL") < MetaHuman.size());
	CHECK(IndexOf(MetaHuman, "JawOpen") == MetaHuman.size());
	CHECK(IndexOf(MetaHuman, "HeadYaw") == MetaHuman.size() - 9);
}

TEST_CASE("a MetaHuman opens its jaw as far as ARKit's face, and several expressions make a pucker")
{
	const FCurveNames Names = Named(ENaming::MetaHuman);
	std::vector<float> Channels(2 * ChannelCount, 0.0f);
	Channels[17] = 0.5f;
	Channels[ChannelCount + 20] = 1.0f;
	// Positive to the left here, to the right in Live Link.
	Channels[ChannelCount + 52] = -0.2f;
	const auto Values = Names.Values(Channels.data(), 2);
	REQUIRE_MESSAGE(bool(Values), Values.Error());
	const size_t Width = Names.Names().size();
	CHECK((*Values)[IndexOf(Names.Names(), "CTRL_expressions_jawOpen")] == doctest::Approx(0.5));
	// Rests at one: a curve that is not zero with nothing said.
	CHECK((*Values)[IndexOf(Names.Names(), "CTRL_expressions_noseWrinkleUpperL")] == 1.0f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "CTRL_expressions_mouthLipsPurseUL")] > 0.9f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "CTRL_expressions_mouthFunnelDR")] > 0.5f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "HeadYaw")] == 0.2f);
	CHECK(Names.Values(Channels.data(), 0)->empty());
}

TEST_CASE("a rig map of one's own names the curves, and a broken one is an error with a remedy")
{
	const std::string Json = R"({"schema": "metaface.rigmap", "version": 1, "targets": [
		{"target": "Mund_auf", "channels": {"JawOpen": 1.5}, "offset": 0.1},
		{"target": "Zunge", "channels": {"TongueOut": 1}}], "joints": []})";
	const auto Names = FCurveNames::Make(ENaming::RigMap, Json);
	REQUIRE_MESSAGE(bool(Names), Names.Error());
	CHECK(Names->Names()[0] == "Mund_auf");
	std::vector<float> Channels(ChannelCount, 0.0f);
	Channels[17] = 0.2f;
	Channels[51] = 0.75f;
	CHECK((*Names->Values(Channels.data(), 1))[0] == doctest::Approx(0.4));
	CHECK((*Names->Values(Channels.data(), 1))[1] == 0.75f);
	const auto OfOneMesh = FCurveNames::Make(ENaming::RigMap, R"({"schema": "metaface.rigmap", "version": 1, "targets": [
		{"target": "Mund_auf", "mesh": "Kopf", "channels": {"JawOpen": 1}}], "joints": []})");
	CHECK(OfOneMesh.Error().find("Kopf") != std::string::npos);
	for (const char* Broken : {"", "{", "[]", "{\"schema\": \"something\"}"})
	{
		const auto Refused = FCurveNames::Make(ENaming::RigMap, Broken);
		CHECK_FALSE(bool(Refused));
		CHECK_FALSE(Refused.Error().empty());
	}
}

TEST_CASE("a line is animated, can be stopped, and bad input is an error")
{
	const auto& Voice = Opened();
	REQUIRE_MESSAGE(bool(Voice), Voice.Error());
	const FCurveNames Names = Named(ENaming::LiveLink);
	FHow How;
	How.Rate = {24000, 1001};
	How.Name = "line";
	const auto Take = Voice->Animate(Line(), How, Names);
	REQUIRE_MESSAGE(bool(Take), Take.Error());
	CHECK(Take->Rate.Numerator == 24000);
	CHECK(Take->FrameCount() > 140);
	const auto Jaw = ValuesOf(*Take, 17);
	CHECK(*std::max_element(Jaw.begin(), Jaw.end()) > 0.1f);

	const auto Stopped = Voice->Animate(Line(), How, Names, [](double) { return false; });
	CHECK(Stopped.IsCancelled());
	CHECK_FALSE(bool(Voice->Animate(FPcm{}, How, Names)));
	How.Gains = "JawOpn=2";
	const auto Misspelt = Voice->Animate(Line(), How, Names);
	CHECK_FALSE(bool(Misspelt));
	CHECK(Misspelt.Error().find("JawOpn") != std::string::npos);
}

TEST_CASE("a clip comes from a file at the rate that is asked for")
{
	FScratch Scratch;
	const std::filesystem::path File = Scratch.Folder / "take.csv";
	std::ofstream Writer(File);
	Writer << "Timecode,BlendshapeCount,JawOpen,HeadYaw\n";
	for (int Frame = 0; Frame < 60; ++Frame)
	{
		Writer << "00:00:01:" << (Frame < 10 ? "0" : "") << Frame << ".000,2," << 0.01 * Frame << ",-0.1\n";
	}
	Writer.close();
	const auto Take = ReadClip(File, Named(ENaming::LiveLink), FRate{30, 1});
	REQUIRE_MESSAGE(bool(Take), Take.Error());
	CHECK(Take->Rate.Numerator == 30);
	CHECK(ValuesOf(*Take, 17)[10] == doctest::Approx(0.2).epsilon(0.05));
	CHECK(ValuesOf(*Take, 52)[3] == doctest::Approx(-0.1));
	const auto Missing = ReadClip(Scratch.Folder / "none.csv", Named(ENaming::LiveLink));
	CHECK(Missing.Error().find("none.csv") != std::string::npos);
}

TEST_CASE("rates are read as the command line reads them")
{
	CHECK(ParseRate("23.976")->Numerator == 24000);
	CHECK(ParseRate("30")->Denominator == 1);
	CHECK_FALSE(bool(ParseRate("fast")));
}

TEST_CASE("a speaker's file says who it is, and its bytes speak")
{
	const std::filesystem::path File = Samples / "speakers/theatrical.speaker";
	const auto Speaker = ReadSpeakerFile(File);
	REQUIRE_MESSAGE(bool(Speaker), Speaker.Error());
	CHECK(Speaker->Name == "theatrical");
	CHECK(Speaker->Consent == "not needed: a synthetic performer, no real person");
	CHECK(Speaker->Licence == "MIT, as MetaFace itself");
	CHECK(Speaker->Learning == "fitted");
	CHECK(Speaker->BaseModel.size() == 64);
	CHECK(Speaker->Bytes == BytesOf(File));

	const auto& Voice = Opened();
	REQUIRE(bool(Voice));
	const auto Somebody = Voice->SpeakingAs(Speaker->Bytes.data(), Speaker->Bytes.size(), 1.0f);
	REQUIRE_MESSAGE(bool(Somebody), Somebody.Error());
	const FCurveNames Names = Named(ENaming::LiveLink);
	CHECK(Somebody->Animate(Line(), FHow{}, Names)->Values != Voice->Animate(Line(), FHow{}, Names)->Values);
}

TEST_CASE("what is no speaker file is refused with a remedy")
{
	const auto& Voice = Opened();
	REQUIRE(bool(Voice));
	std::vector<uint8_t> Bytes = BytesOf(Samples / "speakers/theatrical.speaker");
	for (const size_t Count : {size_t(0), size_t(3), Bytes.size() / 2})
	{
		const auto Cut = Voice->SpeakingAs(Bytes.data(), Count, 1.0f);
		CHECK(Cut.Error().find("use a .speaker file") != std::string::npos);
	}
	Bytes[8] = 'x';
	CHECK_FALSE(bool(Voice->SpeakingAs(Bytes.data(), Bytes.size(), 1.0f)));
	CHECK_FALSE(bool(Voice->SpeakingAs(nullptr, 0, 1.0f)));
	CHECK(ReadSpeakerFile(Samples / "none.speaker").Error().find("none.speaker") != std::string::npos);
}
