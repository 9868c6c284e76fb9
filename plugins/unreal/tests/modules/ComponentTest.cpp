#include <doctest/doctest.h>

#include "ActorFixture.h"
#include "MetaFaceCore/Animator.h"
#include "MetaFaceCore/Live.h"
#include "MetaFaceSpeaker.h"

using namespace MetaFaceCore;

TEST_CASE("Speak plays the sound, moves the jaw and ends in the rest pose")
{
	FActorFixture Fixture;
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Line"), LinePcm());
	Fixture.Component->Speak(Wave);
	CHECK_FALSE(Fixture.Component->IsTalking());
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
	CHECK(Fixture.Component->Voice->bPlaying);
	CHECK(Fixture.Component->Voice->Sound == Wave);
	float Widest = 0.0f;
	for (int Frame = 0; Frame < 60 * 8 && Fixture.Finished == 0; ++Frame)
	{
		Fixture.Tick();
		Widest = std::max(Widest, Fixture.Face->Weights[TEXT("JawOpen")]);
	}
	CHECK(Widest > 0.1f);
	CHECK(Fixture.Finished == 1);
	CHECK(Fixture.Teeth->Weights.empty());
	CHECK(Fixture.Face->Weights.size() == 2);
	CHECK(Fixture.Face->Weights[TEXT("JawOpen")] == 0.0f);
	CHECK_FALSE(Fixture.Component->Voice->OnAudioPlaybackPercentNative.IsBound());
	CHECK(Fixture.Errors.empty());
	FShimTasks::Settle();
}

TEST_CASE("the face returns to its rig's rest pose, with some MetaHuman curves at 1, after a line and after live sound")
{
	const auto Names = FCurveNames::Make(ENaming::MetaHuman);
	REQUIRE(bool(Names));
	REQUIRE(Names->Rest().size() == Names->Names().size());
	CHECK(std::count(Names->Rest().begin(), Names->Rest().end(), 1.0f) >= 1);
	FActorFixture Fixture;
	Fixture.Component->CurveNames = EMetaFaceCurveNames::MetaHuman;
	const auto IsAtRest = [&] {
		const auto Curves = Fixture.Component->GetCurves();
		for (size_t Curve = 0; Curve < Names->Names().size(); ++Curve)
		{
			const float* Value = Curves.Find(FName(*FString(ShimWide(Names->Names()[Curve].c_str()).c_str())));
			if (Value == nullptr || *Value != Names->Rest()[Curve]) return false;
		}
		return true;
	};
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Resting"), LinePcm());
	Fixture.Component->Speak(Wave);
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
	Fixture.Tick();
	CHECK_FALSE(IsAtRest());
	for (int Frame = 0; Frame < 60 * 8 && Fixture.Finished == 0; ++Frame)
	{
		Fixture.Tick();
	}
	CHECK(Fixture.Finished == 1);
	CHECK(IsAtRest());

	// The face returns to the rest pose while the next line is computed.
	Fixture.Component->Speak(Wave);
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 2; }));
	Fixture.Tick(1.0f);
	CHECK_FALSE(IsAtRest());
	Fixture.Component->Speak(Wave);
	Fixture.Tick(1.0f);
	CHECK(IsAtRest());
	Fixture.Component->Silence();

	Fixture.Component->StartListening();
	const FSound Sound = Line();
	TArray<float> Samples;
	for (size_t Index = 0; Index < Sound.Count(); ++Index)
	{
		Samples.Add(Sound.Samples()[Index]);
	}
	CHECK(Fixture.TickUntil([&] {
		Fixture.Component->PushAudio(Samples, 16000, 1);
		return !IsAtRest();
	}));
	Fixture.Component->Silence();
	CHECK(Fixture.TickUntil([&] { return Fixture.Finished == 2; }));
	CHECK(IsAtRest());
	FShimTasks::Settle();
}

TEST_CASE("the component shows the take at the clock's time, to the bit")
{
	FActorFixture Fixture;
	Fixture.Component->Options.FrameRate = FFrameRate(60, 1);
	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Line60"), LinePcm()));
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
	FAnimationOptions Options;
	Options.FrameRate = {60, 1};
	Options.Name = "Line60";
	const auto Take = FAnimator::Open()->Animate(Line(), Options, *FCurveNames::Make(ENaming::LiveLink));
	REQUIRE(bool(Take));
	Fixture.Tick(0.0f);
	std::vector<float> Expected;
	FPlaybackClock Clock;
	for (int Frame = 0; Frame < 100; ++Frame)
	{
		Fixture.Tick(1.0f / 37.0f);
		Clock.Advance(double(1.0f / 37.0f));
		SampleAt(*Take, Clock.Position(), Expected);
		const auto Curves = Fixture.Component->GetCurves();
		REQUIRE(Curves.Num() == 61);
		REQUIRE(*Curves.Find(TEXT("JawOpen")) == Expected[17]);
		REQUIRE(*Curves.Find(TEXT("HeadYaw")) == Expected[52]);
	}
	Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("the face follows the position of the sound, not only the game's clock")
{
	FPlaybackClock Clock;
	for (int Frame = 0; Frame < 600; ++Frame)
	{
		// The sound runs half a percent slower than the game.
		Clock.Advance(1.0 / 60.0);
		Clock.Synchronise((Frame + 1) / 60.0 * 0.995);
	}
	CHECK(std::abs(Clock.Position() - 10.0 * 0.995) < 0.005);
	Clock.Synchronise(3.0);
	CHECK(Clock.Position() == 3.0);
	Clock.Synchronise(std::nan(""));
	CHECK(Clock.Position() == 3.0);

	FActorFixture Fixture;
	USoundWave* Wave = ImportedWave(TEXT("/Game/Lines/Seek"), LinePcm());
	Fixture.Component->Speak(Wave);
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
	Fixture.Component->Voice->OnAudioPlaybackPercentNative.Broadcast(Fixture.Component->Voice, Wave, 1.0f);
	for (int Frame = 0; Frame < 30; ++Frame)
	{
		Fixture.Tick();
	}
	CHECK(Fixture.Finished == 1);
	FShimTasks::Settle();
}

TEST_CASE("the face follows a microphone and returns to the rest pose when it stops")
{
	FActorFixture Fixture;
	Fixture.Component->StartMicrophone();
	REQUIRE(bool(UAudioCapture::Generator));
	CHECK(Fixture.Component->IsTalking());
	const FSound Sound = Line();
	std::vector<float> Stereo;
	for (size_t Index = 0; Index < Sound.Count(); ++Index)
	{
		// From 16 kHz mono to 48 kHz stereo, by repetition.
		Stereo.insert(Stereo.end(), 6, Sound.Samples()[Index]);
	}
	size_t Position = 0;
	float Widest = 0.0f;
	CHECK(Fixture.TickUntil([&] {
		const size_t BlockSize = std::min<size_t>(960, Stereo.size() - Position);
		UAudioCapture::Generator(Stereo.data() + Position, int32(BlockSize));
		Position += BlockSize;
		Widest = std::max(Widest, Fixture.Face->Weights[TEXT("JawOpen")]);
		return Widest > 0.1f;
	}));
	Fixture.Component->Silence();
	CHECK_FALSE(Fixture.Component->IsTalking());
	CHECK(Fixture.TickUntil([&] { return Fixture.Finished == 1; }));
	CHECK(Fixture.Face->Weights[TEXT("JawOpen")] == 0.0f);
	// The device may deliver a last block after the session has ended.
	UAudioCapture::Generator(Stereo.data(), 960);
	UAudioCapture::Generator = nullptr;
	FShimTasks::Settle();
}

TEST_CASE("pushed audio in any format is used or ignored, and does no harm")
{
	FActorFixture Fixture;
	const TArray<float> Samples = {0.1f, -0.1f, 0.1f, -0.1f};
	Fixture.Component->PushAudio(Samples, 48000, 2);
	Fixture.Component->StartListening();
	for (const int32 Rate : {-1, 0, 8000, 2000000000})
	{
		for (const int32 Channels : {-1, 0, 1, 3})
		{
			Fixture.Component->PushAudio(Samples, Rate, Channels);
			Fixture.Component->PushAudio({}, Rate, Channels);
		}
	}
	Fixture.Tick();
	Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
	CHECK(Fixture.Errors.empty());
}

TEST_CASE("the latest request replaces earlier ones")
{
	FActorFixture Fixture;
	USoundWave* Second = ImportedWave(TEXT("/Game/Lines/Second"), LinePcm());
	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/First"), LinePcm()));
	Fixture.Component->Speak(Second);
	FShimTasks::Settle();
	CHECK(Fixture.Started == 1);
	CHECK(Fixture.Component->Voice->Sound == Second);
	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Third"), LinePcm()));
	Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
	CHECK(Fixture.Started == 1);
}

TEST_CASE("an error names the asset and the remedy")
{
	FActorFixture Fixture;
	Fixture.Component->Speak(nullptr);
	REQUIRE(Fixture.Errors.size() == 1);
	CHECK(Fixture.Errors[0].find("choose a Sound Wave") != std::string::npos);

	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Empty"), {}));
	FShimTasks::Settle();
	REQUIRE(Fixture.Errors.size() == 2);
	CHECK(Fixture.Errors[1].find("/Game/Lines/Empty") != std::string::npos);

	UMetaFaceSpeaker* Broken = Asset<UMetaFaceSpeaker>(TEXT("/Game/Broken"));
	Broken->FileBytes = {1, 2, 3};
	Fixture.Component->Speaker = Broken;
	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Fine"), LinePcm()));
	FShimTasks::Settle();
	REQUIRE(Fixture.Errors.size() == 3);
	CHECK(Fixture.Errors[2].find("/Game/Broken") != std::string::npos);
	Fixture.Component->StartListening();
	CHECK(Fixture.TickUntil([&] { return Fixture.Errors.size() == 4; }));
	CHECK_FALSE(Fixture.Component->IsTalking());

	Fixture.Component->Speaker = nullptr;
	UAudioCapture::bHasMicrophone = false;
	Fixture.Component->StartMicrophone();
	UAudioCapture::bHasMicrophone = true;
	REQUIRE(Fixture.Errors.size() == 5);
	CHECK(Fixture.Errors[4].find("microphone") != std::string::npos);
	FShimTasks::Settle();
}

TEST_CASE("a warning names a face without matching morph targets and the remedy")
{
	FActorFixture Fixture;
	Fixture.Face->Mesh->Morphs = {TEXT("Smile")};
	Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Odd"), LinePcm()));
	REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
	Fixture.Tick();
	CHECK(FShimLog::Contains("Get Curves"));
	CHECK(Fixture.Face->Weights.empty());
	Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("a cooked wave is decoded in blocks, and an incomplete one is an error")
{
	const FSound Sound = Line();
	UPackage* Package = CreatePackage(TEXT("/Game/Lines/Cooked"));
	USoundWave* Wave = NewObject<USoundWave>(Package, TEXT("Cooked"));
	Wave->Cooked = MakeShared<FSoundWaveProxy>();
	Wave->Cooked->Samples.assign(Sound.Samples(), Sound.Samples() + Sound.Count());
	Wave->Cooked->Rate = 16000.0f;
	Wave->Cooked->Channels = 1;
	FActorFixture Fixture;
	Fixture.Component->Speak(Wave);
	FShimTasks::Settle();
	CHECK(Fixture.Started == 1);
	Wave->Cooked->FailsAtFrame = 20000;
	Fixture.Component->Speak(Wave);
	FShimTasks::Settle();
	REQUIRE(Fixture.Errors.size() == 1);
	CHECK(Fixture.Errors[0].find("/Game/Lines/Cooked") != std::string::npos);
	Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
	FShimTasks::Settle();
}

TEST_CASE("a speaker asset changes the motion")
{
	UMetaFaceSpeaker* Speaker = Asset<UMetaFaceSpeaker>(TEXT("/Game/Theatrical"));
	FString Error;
	REQUIRE_MESSAGE(Speaker->LoadFile(Wide(Samples / "speakers/theatrical.speaker"), Error), Narrow(Error));
	CHECK(Narrow(Speaker->SpeakerName) == "theatrical");
	float Widest[2] = {};
	for (const int Index : {0, 1})
	{
		FActorFixture Fixture;
		Fixture.Component->Speaker = Index == 0 ? nullptr : Speaker;
		Fixture.Component->Speak(ImportedWave(TEXT("/Game/Lines/Style"), LinePcm()));
		REQUIRE(Fixture.TickUntil([&] { return Fixture.Started == 1; }));
		for (int Frame = 0; Frame < 300; ++Frame)
		{
			Fixture.Tick();
			Widest[Index] = std::max(Widest[Index], Fixture.Face->Weights[TEXT("JawOpen")]);
		}
		Fixture.Component->EndPlay(EEndPlayReason::Destroyed);
		FShimTasks::Settle();
	}
	CHECK(Widest[0] != Widest[1]);
}
