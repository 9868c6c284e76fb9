#include <algorithm>
#include <doctest/doctest.h>

#include "Files.h"
#include "MetaFaceCore/Animator.h"
#include "MetaFaceCore/SpeakerFile.h"

using namespace MetaFaceCore;

namespace
{
	size_t IndexOf(const std::vector<std::string>& Names, const std::string& Name)
	{
		return size_t(std::find(Names.begin(), Names.end(), Name) - Names.begin());
	}

	const TOutcome<FAnimator>& OpenedAnimator()
	{
		static const auto Animator = FAnimator::Open();
		return Animator;
	}

	FCurveNames CurveNames(ENaming Naming)
	{
		auto Names = FCurveNames::Make(Naming);
		REQUIRE_MESSAGE(bool(Names), Names.Error());
		return *Names;
	}
}

TEST_CASE("curves have the names of Live Link, ARKit or MetaHuman, followed by the angles")
{
	const auto LiveLink = CurveNames(ENaming::LiveLink).Names();
	const auto Apple = CurveNames(ENaming::Apple).Names();
	const auto MetaHuman = CurveNames(ENaming::MetaHuman).Names();
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

TEST_CASE("a MetaHuman opens its jaw as far as an ARKit face, and a pucker drives several expressions")
{
	const FCurveNames Names = CurveNames(ENaming::MetaHuman);
	std::vector<float> Channels(2 * ChannelCount, 0.0f);
	Channels[17] = 0.5f;
	Channels[ChannelCount + 20] = 1.0f;
	// MetaFace's yaw is positive to the left, Live Link's to the right.
	Channels[ChannelCount + 52] = -0.2f;
	const auto Values = Names.Values(Channels.data(), 2);
	REQUIRE_MESSAGE(bool(Values), Values.Error());
	const size_t Width = Names.Names().size();
	CHECK((*Values)[IndexOf(Names.Names(), "CTRL_expressions_jawOpen")] == doctest::Approx(0.5));
	// This curve is 1 in the rest pose.
	CHECK((*Values)[IndexOf(Names.Names(), "CTRL_expressions_noseWrinkleUpperL")] == 1.0f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "CTRL_expressions_mouthLipsPurseUL")] > 0.9f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "CTRL_expressions_mouthFunnelDR")] > 0.5f);
	CHECK((*Values)[Width + IndexOf(Names.Names(), "HeadYaw")] == 0.2f);
	CHECK(Names.Values(Channels.data(), 0)->empty());
}

TEST_CASE("a custom rig map names the curves, and an invalid one is an error with a remedy")
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
	const auto RestrictedToMesh = FCurveNames::Make(ENaming::RigMap, R"({"schema": "metaface.rigmap", "version": 1, "targets": [
		{"target": "Mund_auf", "mesh": "Kopf", "channels": {"JawOpen": 1}}], "joints": []})");
	CHECK(RestrictedToMesh.Error().find("Kopf") != std::string::npos);
	for (const char* Invalid : {"", "{", "[]", "{\"schema\": \"something\"}"})
	{
		const auto Outcome = FCurveNames::Make(ENaming::RigMap, Invalid);
		CHECK_FALSE(bool(Outcome));
		CHECK_FALSE(Outcome.Error().empty());
	}
}

TEST_CASE("a line is animated, can be cancelled, and invalid input is an error")
{
	const auto& Animator = OpenedAnimator();
	REQUIRE_MESSAGE(bool(Animator), Animator.Error());
	const FCurveNames Names = CurveNames(ENaming::LiveLink);
	FAnimationOptions Options;
	Options.FrameRate = {24000, 1001};
	Options.Name = "line";
	const auto Take = Animator->Animate(Line(), Options, Names);
	REQUIRE_MESSAGE(bool(Take), Take.Error());
	CHECK(Take->Rate.Numerator == 24000);
	CHECK(Take->FrameCount() > 140);
	const auto Jaw = ValuesOf(*Take, 17);
	CHECK(*std::max_element(Jaw.begin(), Jaw.end()) > 0.1f);

	const auto Cancelled = Animator->Animate(Line(), Options, Names, [](double) { return false; });
	CHECK(Cancelled.IsCancelled());
	CHECK_FALSE(bool(FSound::FromSamples(nullptr, 0, 16000, 1)));
	Options.Gains = "JawOpn=2";
	const auto Misspelt = Animator->Animate(Line(), Options, Names);
	CHECK_FALSE(bool(Misspelt));
	CHECK(Misspelt.Error().find("JawOpn") != std::string::npos);
}

TEST_CASE("a clip is read from a file at the requested rate")
{
	FTemporaryFolder Temporary;
	const std::filesystem::path File = Temporary.Folder / "take.csv";
	std::ofstream Writer(File);
	Writer << "Timecode,BlendshapeCount,JawOpen,HeadYaw\n";
	for (int Frame = 0; Frame < 60; ++Frame)
	{
		Writer << "00:00:01:" << (Frame < 10 ? "0" : "") << Frame << ".000,2," << 0.01 * Frame << ",-0.1\n";
	}
	Writer.close();
	const auto Take = ReadClip(File, CurveNames(ENaming::LiveLink), FRate{30, 1});
	REQUIRE_MESSAGE(bool(Take), Take.Error());
	CHECK(Take->Rate.Numerator == 30);
	CHECK(ValuesOf(*Take, 17)[10] == doctest::Approx(0.2).epsilon(0.05));
	CHECK(ValuesOf(*Take, 52)[3] == doctest::Approx(-0.1));
	const auto Missing = ReadClip(Temporary.Folder / "none.csv", CurveNames(ENaming::LiveLink));
	CHECK(Missing.Error().find("none.csv") != std::string::npos);
}

TEST_CASE("rates are read as the command line reads them")
{
	CHECK(ParseRate("23.976")->Numerator == 24000);
	CHECK(ParseRate("30")->Denominator == 1);
	CHECK_FALSE(bool(ParseRate("fast")));
}

TEST_CASE("a speaker file has metadata, and its bytes condition the animator")
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

	const auto& Animator = OpenedAnimator();
	REQUIRE(bool(Animator));
	const auto WithSpeaker = Animator->WithSpeaker(Speaker->Bytes.data(), Speaker->Bytes.size(), 1.0f);
	REQUIRE_MESSAGE(bool(WithSpeaker), WithSpeaker.Error());
	const FCurveNames Names = CurveNames(ENaming::LiveLink);
	CHECK(WithSpeaker->Animate(Line(), FAnimationOptions{}, Names)->Values != Animator->Animate(Line(), FAnimationOptions{}, Names)->Values);
}

TEST_CASE("an invalid speaker file is an error with a remedy")
{
	const auto& Animator = OpenedAnimator();
	REQUIRE(bool(Animator));
	std::vector<uint8_t> Bytes = BytesOf(Samples / "speakers/theatrical.speaker");
	for (const size_t Count : {size_t(0), size_t(3), Bytes.size() / 2})
	{
		const auto Truncated = Animator->WithSpeaker(Bytes.data(), Count, 1.0f);
		CHECK(Truncated.Error().find("use a .speaker file") != std::string::npos);
	}
	Bytes[8] = 'x';
	CHECK_FALSE(bool(Animator->WithSpeaker(Bytes.data(), Bytes.size(), 1.0f)));
	CHECK_FALSE(bool(Animator->WithSpeaker(nullptr, 0, 1.0f)));
	CHECK(ReadSpeakerFile(Samples / "none.speaker").Error().find("none.speaker") != std::string::npos);
}
