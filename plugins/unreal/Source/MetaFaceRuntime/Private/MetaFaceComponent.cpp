// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceComponent.h"

#include "Async/Async.h"
#include "AudioCapture.h"
#include "Components/AudioComponent.h"
#include "Components/SkeletalMeshComponent.h"
#include "GameFramework/Actor.h"
#include "MetaFaceLiveSession.h"
#include "MetaFaceLog.h"
#include "MetaFaceSound.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceText.h"
#include "MetaFaceVoices.h"
#include "Sound/SoundWave.h"

UMetaFaceComponent::UMetaFaceComponent()
{
	PrimaryComponentTick.bCanEverTick = true;
	// Before the meshes, so that they show this frame's face.
	PrimaryComponentTick.TickGroup = TG_PrePhysics;
}

UMetaFaceComponent::~UMetaFaceComponent() = default;

void UMetaFaceComponent::Speak(USoundWave* Sound)
{
	Silence();
	if (Sound == nullptr)
	{
		return Fail(TEXT("Speak was called without a sound: choose a Sound Wave"));
	}
	State = EState::Preparing;
	const uint32 Asked = Request;
	const TWeakObjectPtr<UMetaFaceComponent> Self(this);
	const TWeakObjectPtr<USoundWave> Spoke(Sound);
	const FString Name = Sound->GetPathName();
	const auto Reader = MetaFace::SoundReaderOf(*Sound);
	const MetaFace::FPerformer Performer(Speaker, StyleStrength, CurveNames, RigMapJson);
	const MetaFaceCore::FHow How = MetaFace::HowOf(Options, Sound->GetName());
	AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [Self, Spoke, Asked, Name, Reader, Performer, How] {
		const auto Made = [&]() -> MetaFaceCore::TOutcome<MetaFaceCore::FTake> {
			using FFailed = MetaFaceCore::TOutcome<MetaFaceCore::FTake>;
			const auto Pcm = Reader();
			if (!Pcm)
			{
				return FFailed::Failed(Pcm.Error());
			}
			const auto Talking = Performer.Voice();
			if (!Talking)
			{
				return FFailed::Failed(Talking.Error());
			}
			const auto Names = Performer.CurveNames();
			if (!Names)
			{
				return FFailed::Failed(Names.Error());
			}
			auto Take = Talking->Animate(*Pcm, How, *Names);
			return Take ? MoveTemp(Take) : FFailed::Failed(MetaFace::ToStd(Name) + ": " + Take.Error());
		}();
		const auto Take = Made ? std::make_shared<const MetaFaceCore::FTake>(*Made) : nullptr;
		const FString Reason = MetaFace::FromStd(Made.Error());
		AsyncTask(ENamedThreads::GameThread, [Self, Spoke, Asked, Take, Reason] {
			UMetaFaceComponent* Component = Self.Get();
			USoundWave* Wave = Spoke.Get();
			if (Component == nullptr || Component->Request != Asked)
			{
				return;
			}
			if (Take == nullptr)
			{
				Component->Fail(Reason);
			}
			else if (Wave != nullptr)
			{
				Component->Begin(Take, Wave);
			}
		});
	});
}

void UMetaFaceComponent::Begin(const std::shared_ptr<const MetaFaceCore::FTake>& Take, USoundWave* Sound)
{
	for (const std::string& Warning : Take->Warnings)
	{
		UE_LOG(LogMetaFace, Warning, TEXT("%s: %s"), *Sound->GetPathName(), *MetaFace::FromStd(Warning));
	}
	Spoken = Take;
	Clock.Restart();
	State = EState::Speaking;
	AActor* Owner = GetOwner();
	if (Voice == nullptr && Owner != nullptr)
	{
		Voice = Owner->FindComponentByClass<UAudioComponent>();
		if (Voice == nullptr)
		{
			Voice = NewObject<UAudioComponent>(Owner);
			Voice->bAutoActivate = false;
			Voice->SetupAttachment(Owner->GetRootComponent());
			Voice->RegisterComponent();
		}
	}
	if (Voice != nullptr)
	{
		PlaybackHandle = Voice->OnAudioPlaybackPercentNative.AddUObject(this, &UMetaFaceComponent::HearPlayback);
		Voice->SetSound(Sound);
		Voice->Play();
	}
	OnStarted.Broadcast();
}

void UMetaFaceComponent::HearPlayback(const UAudioComponent* Playing, const USoundWave* Sound, const float Percent)
{
	if (State == EState::Speaking && Playing == Voice && Sound != nullptr)
	{
		Clock.Hear(double(Percent) * double(Sound->GetDuration()));
	}
}

void UMetaFaceComponent::StartListening()
{
	Silence();
	State = EState::Listening;
	MetaFaceCore::FHow How = MetaFace::HowOf(Options, GetName());
	How.Smoothing.reset();
	Live = MakeShared<FMetaFaceLiveSession, ESPMode::ThreadSafe>(
		MetaFace::FPerformer(Speaker, StyleStrength, CurveNames, RigMapJson), MoveTemp(How));
	OnStarted.Broadcast();
}

void UMetaFaceComponent::StartMicrophone()
{
	StartListening();
	Microphone = NewObject<UAudioCapture>(this);
	if (!Microphone->OpenDefaultAudioStream())
	{
		return Fail(TEXT("No microphone can be opened: see whether one is connected, and allowed in the system's privacy settings"));
	}
	const int32 SampleRate = Microphone->GetSampleRate();
	const int32 Channels = Microphone->GetNumChannels();
	// On the audio thread: it holds the session, never this component.
	Microphone->AddGeneratorDelegate([Session = Live, SampleRate, Channels](const float* Samples, int32 Count) {
		Session->Push(Samples, Count / FMath::Max(1, Channels), SampleRate, Channels);
	});
	Microphone->StartCapturingAudio();
}

void UMetaFaceComponent::PushAudio(const TArray<float>& Samples, int32 SampleRate, int32 Channels)
{
	if (Live.IsValid() && Channels > 0)
	{
		Live->Push(Samples.GetData(), Samples.Num() / Channels, SampleRate, Channels);
	}
}

void UMetaFaceComponent::Silence()
{
	++Request;
	EndSound();
	if (State == EState::Speaking || State == EState::Listening)
	{
		Release();
	}
	else if (State == EState::Preparing)
	{
		const bool bAtRest = ShownValues.empty() || Released >= MetaFaceCore::ReleaseSeconds;
		State = bAtRest ? EState::Resting : EState::Releasing;
	}
}

void UMetaFaceComponent::EndSound()
{
	if (Microphone != nullptr)
	{
		Microphone->StopCapturingAudio();
		Microphone = nullptr;
	}
	if (Live.IsValid())
	{
		Live->Stop();
		// Its thread may be in the midst of something; this one does not wait for it.
		AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [Session = MoveTemp(Live)] {});
		Live.Reset();
	}
	if (Voice != nullptr && PlaybackHandle.IsValid())
	{
		Voice->OnAudioPlaybackPercentNative.Remove(PlaybackHandle);
		Voice->Stop();
	}
	PlaybackHandle.Reset();
	Spoken.reset();
}

void UMetaFaceComponent::Release()
{
	State = EState::Releasing;
	Released = 0.0;
}

void UMetaFaceComponent::Fail(const FString& Reason)
{
	++Request;
	EndSound();
	if (ShownValues.empty())
	{
		State = EState::Resting;
	}
	else
	{
		Release();
	}
	const AActor* Owner = GetOwner();
	UE_LOG(LogMetaFace, Error, TEXT("%s: %s"), Owner != nullptr ? *Owner->GetName() : *GetName(), *Reason);
	OnFailed.Broadcast(Reason);
}

void UMetaFaceComponent::TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction)
{
	Super::TickComponent(DeltaTime, TickType, ThisTickFunction);
	if (State == EState::Speaking)
	{
		Clock.Advance(double(DeltaTime));
		std::vector<float> Values;
		MetaFaceCore::SampleAt(*Spoken, Clock.Now(), Values);
		Follow(Spoken->Curves, Spoken->Rest);
		Show(Values);
		if (Clock.Now() > Spoken->Duration() + MetaFaceCore::ReleaseSeconds)
		{
			++Request;
			EndSound();
			State = EState::Resting;
			Released = MetaFaceCore::ReleaseSeconds;
			OnFinished.Broadcast();
		}
	}
	else if (State == EState::Listening)
	{
		const FString Fault = Live->Fault();
		if (!Fault.IsEmpty())
		{
			return Fail(Fault);
		}
		MetaFaceCore::FLiveFace* Following = Live->Face();
		if (Following != nullptr)
		{
			Following->Advance(double(DeltaTime));
		}
		if (Following == nullptr || Following->Values().empty())
		{
			// Nothing was heard yet: what was shown before goes to rest meanwhile.
			Relax(DeltaTime);
			return;
		}
		Follow(Following->Curves(), Following->Rest());
		Show(Following->Values());
	}
	else if (State == EState::Preparing)
	{
		Relax(DeltaTime);
	}
	else if (State == EState::Releasing && Relax(DeltaTime))
	{
		State = EState::Resting;
		OnFinished.Broadcast();
	}
}

bool UMetaFaceComponent::IsTalking() const
{
	return State == EState::Speaking || State == EState::Listening;
}

void UMetaFaceComponent::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	++Request;
	EndSound();
	State = EState::Resting;
	Super::EndPlay(EndPlayReason);
}
