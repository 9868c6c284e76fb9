#include <doctest/doctest.h>

#include "MetaFaceCore/FaceClock.h"
#include "MetaFaceCore/Voice.h"
#include "MetaFaceSpeaker.h"
#include "Stage.h"

using namespace MetaFaceCore;

TEST_CASE("an actor speaks: the sound plays, its jaw moves with it, and afterwards the face rests")
{
	FStage Stage;
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Line"), LinePcm());
	Stage.Component->Speak(Wave);
	CHECK_FALSE(Stage.Component->IsTalking());
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
	CHECK(Stage.Component->Voice->bPlaying);
	CHECK(Stage.Component->Voice->Sound == Wave);
	float Widest = 0.0f;
	for (int Frame = 0; Frame < 60 * 8 && Stage.Finished == 0; ++Frame)
	{
		Stage.Tick();
		Widest = std::max(Widest, Stage.Face->Weights[TEXT("JawOpen")]);
	}
	CHECK(Widest > 0.1f);
	CHECK(Stage.Finished == 1);
	CHECK(Stage.Teeth->Weights.empty());
	CHECK(Stage.Face->Weights.size() == 2);
	CHECK(Stage.Face->Weights[TEXT("JawOpen")] == 0.0f);
	CHECK_FALSE(Stage.Component->Voice->OnAudioPlaybackPercentNative.IsBound());
	CHECK(Stage.Faults.empty());
	FShimTasks::Settle();
}

TEST_CASE("a face rests where its rig rests: a MetaHuman's with curves at 1, after a line and after a microphone")
{
	const auto Names = FCurveNames::Make(ENaming::MetaHuman);
	REQUIRE(bool(Names));
	REQUIRE(Names->Rest().size() == Names->Names().size());
	CHECK(std::count(Names->Rest().begin(), Names->Rest().end(), 1.0f) >= 1);
	FStage Stage;
	Stage.Component->CurveNames = EMetaFaceCurveNames::MetaHuman;
	const auto IsAtRest = [&] {
		const auto Curves = Stage.Component->GetCurves();
		for (size_t Curve = 0; Curve < Names->Names().size(); ++Curve)
		{
			const float* Value = Curves.Find(FName(*FString(ShimWide(Names->Names()[Curve].c_str()).c_str())));
			if (Value == nullptr || *Value != Names->Rest()[Curve]) return false;
		}
		return true;
	};
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Resting"), LinePcm());
	Stage.Component->Speak(Wave);
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
	Stage.Tick();
	CHECK_FALSE(IsAtRest());
	for (int Frame = 0; Frame < 60 * 8 && Stage.Finished == 0; ++Frame)
	{
		Stage.Tick();
	}
	CHECK(Stage.Finished == 1);
	CHECK(IsAtRest());

	// What is said in between goes to rest while the next line is made.
	Stage.Component->Speak(Wave);
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 2; }));
	Stage.Tick(1.0f);
	CHECK_FALSE(IsAtRest());
	Stage.Component->Speak(Wave);
	Stage.Tick(1.0f);
	CHECK(IsAtRest());
	Stage.Component->Silence();

	Stage.Component->StartListening();
	const FPcm Sound = Line();
	TArray<float> Samples;
	for (const float Sample : Sound.Samples)
	{
		Samples.Add(Sample);
	}
	CHECK(Stage.TickUntil([&] {
		Stage.Component->PushAudio(Samples, 16000, 1);
		return !IsAtRest();
	}));
	Stage.Component->Silence();
	CHECK(Stage.TickUntil([&] { return Stage.Finished == 2; }));
	CHECK(IsAtRest());
	FShimTasks::Settle();
}

TEST_CASE("what a component shows at a time is the take at that time, to the bit")
{
	FStage Stage;
	Stage.Component->Options.FrameRate = FFrameRate(60, 1);
	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Line60"), LinePcm()));
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
	FHow How;
	How.Rate = {60, 1};
	How.Name = "Line60";
	const auto Take = FVoice::Open()->Animate(Line(), How, *FCurveNames::Make(ENaming::LiveLink));
	REQUIRE(bool(Take));
	Stage.Tick(0.0f);
	std::vector<float> Expected;
	FFaceClock Clock;
	for (int Frame = 0; Frame < 100; ++Frame)
	{
		Stage.Tick(1.0f / 37.0f);
		Clock.Advance(double(1.0f / 37.0f));
		SampleAt(*Take, Clock.Now(), Expected);
		const auto Curves = Stage.Component->GetCurves();
		REQUIRE(Curves.Num() == 61);
		REQUIRE(*Curves.Find(TEXT("JawOpen")) == Expected[17]);
		REQUIRE(*Curves.Find(TEXT("HeadYaw")) == Expected[52]);
	}
	Stage.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("the face follows where the sound is, not only the game's clock")
{
	FFaceClock Clock;
	for (int Frame = 0; Frame < 600; ++Frame)
	{
		// A sound that runs half a percent slower than the game.
		Clock.Advance(1.0 / 60.0);
		Clock.Hear((Frame + 1) / 60.0 * 0.995);
	}
	CHECK(std::abs(Clock.Now() - 10.0 * 0.995) < 0.005);
	Clock.Hear(3.0);
	CHECK(Clock.Now() == 3.0);
	Clock.Hear(std::nan(""));
	CHECK(Clock.Now() == 3.0);

	FStage Stage;
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Seek"), LinePcm());
	Stage.Component->Speak(Wave);
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
	Stage.Component->Voice->OnAudioPlaybackPercentNative.Broadcast(Stage.Component->Voice, Wave, 1.0f);
	for (int Frame = 0; Frame < 30; ++Frame)
	{
		Stage.Tick();
	}
	CHECK(Stage.Finished == 1);
	FShimTasks::Settle();
}

TEST_CASE("a face follows a microphone, and goes to rest when it is taken away")
{
	FStage Stage;
	Stage.Component->StartMicrophone();
	REQUIRE(bool(UAudioCapture::Listening));
	CHECK(Stage.Component->IsTalking());
	const FPcm Sound = Line();
	std::vector<float> Stereo;
	for (const float Sample : Sound.Samples)
	{
		// 48 kHz from 16, roughly.
		Stereo.insert(Stereo.end(), 6, Sample);
	}
	size_t At = 0;
	float Widest = 0.0f;
	CHECK(Stage.TickUntil([&] {
		const size_t Piece = std::min<size_t>(960, Stereo.size() - At);
		UAudioCapture::Listening(Stereo.data() + At, int32(Piece));
		At += Piece;
		Widest = std::max(Widest, Stage.Face->Weights[TEXT("JawOpen")]);
		return Widest > 0.1f;
	}));
	Stage.Component->Silence();
	CHECK_FALSE(Stage.Component->IsTalking());
	CHECK(Stage.TickUntil([&] { return Stage.Finished == 1; }));
	CHECK(Stage.Face->Weights[TEXT("JawOpen")] == 0.0f);
	// The device may give a last piece when nobody listens any more.
	UAudioCapture::Listening(Stereo.data(), 960);
	UAudioCapture::Listening = nullptr;
	FShimTasks::Settle();
}

TEST_CASE("pushed audio of any kind moves the face or is passed over, and never harms")
{
	FStage Stage;
	const TArray<float> Some = {0.1f, -0.1f, 0.1f, -0.1f};
	Stage.Component->PushAudio(Some, 48000, 2);
	Stage.Component->StartListening();
	for (const int32 Rate : {-1, 0, 8000, 2000000000})
	{
		for (const int32 Channels : {-1, 0, 1, 3})
		{
			Stage.Component->PushAudio(Some, Rate, Channels);
			Stage.Component->PushAudio({}, Rate, Channels);
		}
	}
	Stage.Tick();
	Stage.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
	CHECK(Stage.Faults.empty());
}

TEST_CASE("what was asked for last is what happens")
{
	FStage Stage;
	USoundWave* Second = ImportedWave(TEXT("/Game/Lines/Second"), LinePcm());
	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/First"), LinePcm()));
	Stage.Component->Speak(Second);
	FShimTasks::Settle();
	CHECK(Stage.Started == 1);
	CHECK(Stage.Component->Voice->Sound == Second);
	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Third"), LinePcm()));
	Stage.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
	CHECK(Stage.Started == 1);
}

TEST_CASE("what cannot be done is said in words that name the asset and the remedy")
{
	FStage Stage;
	Stage.Component->Speak(nullptr);
	REQUIRE(Stage.Faults.size() == 1);
	CHECK(Stage.Faults[0].find("choose a Sound Wave") != std::string::npos);

	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Empty"), {}));
	FShimTasks::Settle();
	REQUIRE(Stage.Faults.size() == 2);
	CHECK(Stage.Faults[1].find("/Game/Lines/Empty") != std::string::npos);

	UMetaFaceSpeaker* Broken = Asset<UMetaFaceSpeaker>(TEXT("/Game/Broken"));
	Broken->FileBytes = {1, 2, 3};
	Stage.Component->Speaker = Broken;
	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Fine"), LinePcm()));
	FShimTasks::Settle();
	REQUIRE(Stage.Faults.size() == 3);
	CHECK(Stage.Faults[2].find("/Game/Broken") != std::string::npos);
	Stage.Component->StartListening();
	CHECK(Stage.TickUntil([&] { return Stage.Faults.size() == 4; }));
	CHECK_FALSE(Stage.Component->IsTalking());

	Stage.Component->Speaker = nullptr;
	UAudioCapture::bThereIsAMicrophone = false;
	Stage.Component->StartMicrophone();
	UAudioCapture::bThereIsAMicrophone = true;
	REQUIRE(Stage.Faults.size() == 5);
	CHECK(Stage.Faults[4].find("microphone") != std::string::npos);
	FShimTasks::Settle();
}

TEST_CASE("a face without fitting morph targets is named, with what to do")
{
	FStage Stage;
	Stage.Face->Mesh->Morphs = {TEXT("Smile")};
	Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Odd"), LinePcm()));
	REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
	Stage.Tick();
	CHECK(FShimLog::Said("Get Curves"));
	CHECK(Stage.Face->Weights.empty());
	Stage.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("a cooked wave is decoded piece by piece, and one that breaks off is an error")
{
	const FPcm Sound = Line();
	UPackage* In = CreatePackage(TEXT("/Game/Lines/Cooked"));
	USoundWave* Wave = NewObject<USoundWave>(In, TEXT("Cooked"));
	Wave->Cooked = MakeShared<FSoundWaveProxy>();
	Wave->Cooked->Samples = Sound.Samples;
	Wave->Cooked->Rate = 16000.0f;
	Wave->Cooked->Channels = 1;
	FStage Stage;
	Stage.Component->Speak(Wave);
	FShimTasks::Settle();
	CHECK(Stage.Started == 1);
	Wave->Cooked->BreaksAt = 20000;
	Stage.Component->Speak(Wave);
	FShimTasks::Settle();
	REQUIRE(Stage.Faults.size() == 1);
	CHECK(Stage.Faults[0].find("/Game/Lines/Cooked") != std::string::npos);
	Stage.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("a speaker asset makes the face talk as they do")
{
	UMetaFaceSpeaker* Speaker = Asset<UMetaFaceSpeaker>(TEXT("/Game/Theatrical"));
	FString Error;
	REQUIRE_MESSAGE(Speaker->LoadFile(Wide(Samples / "speakers/theatrical.speaker"), Error), Narrow(Error));
	CHECK(Narrow(Speaker->SpeakerName) == "theatrical");
	float Widest[2] = {};
	for (const int Which : {0, 1})
	{
		FStage Stage;
		Stage.Component->Speaker = Which == 0 ? nullptr : Speaker;
		Stage.Component->Speak(ImportedWave(TEXT("/Game/Lines/Style"), LinePcm()));
		REQUIRE(Stage.TickUntil([&] { return Stage.Started == 1; }));
		for (int Frame = 0; Frame < 300; ++Frame)
		{
			Stage.Tick();
			Widest[Which] = std::max(Widest[Which], Stage.Face->Weights[TEXT("JawOpen")]);
		}
		Stage.Component->EndPlay(EEndPlayReason::Destroyed);
		FShimTasks::Settle();
	}
	CHECK(Widest[0] != Widest[1]);
}
