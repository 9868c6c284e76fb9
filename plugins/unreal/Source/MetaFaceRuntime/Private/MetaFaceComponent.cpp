// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceComponent.h"

#include "Async/Async.h"
#include "AudioCapture.h"
#include "Components/AudioComponent.h"
#include "Components/SkeletalMeshComponent.h"
#include "GameFramework/Actor.h"
#include "MetaFaceAnimatorSettings.h"
#include "MetaFaceLiveSession.h"
#include "MetaFaceLog.h"
#include "MetaFaceSound.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceText.h"
#include "Sound/SoundWave.h"

UMetaFaceComponent::UMetaFaceComponent()
{
	PrimaryComponentTick.bCanEverTick = true;
	// Ticks before the meshes, so that they show the values of the same frame.
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
	const uint32 ThisRequest = Request;
	const TWeakObjectPtr<UMetaFaceComponent> Self(this);
	const TWeakObjectPtr<USoundWave> WeakSound(Sound);
	const FString Name = Sound->GetPathName();
	const auto Reader = MetaFace::SoundReaderOf(*Sound);
	const MetaFace::FAnimatorSettings AnimatorSettings(Speaker, StyleStrength, CurveNames, RigMapJson);
	const MetaFaceCore::FAnimationOptions AnimationOptions = MetaFace::AnimationOptionsOf(Options, Sound->GetName());
	AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [Self, WeakSound, ThisRequest, Name, Reader, AnimatorSettings, AnimationOptions] {
		const auto Outcome = [&]() -> MetaFaceCore::TOutcome<MetaFaceCore::FTake> {
			using FOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FTake>;
			const auto Samples = Reader();
			if (!Samples)
			{
				return FOutcome::Failed(Samples.Error());
			}
			const auto Animator = AnimatorSettings.OpenAnimator();
			if (!Animator)
			{
				return FOutcome::Failed(Animator.Error());
			}
			const auto Names = AnimatorSettings.CurveNames();
			if (!Names)
			{
				return FOutcome::Failed(Names.Error());
			}
			auto Take = Animator->Animate(*Samples, AnimationOptions, *Names);
			return Take ? MoveTemp(Take) : FOutcome::Failed(MetaFace::ToStd(Name) + ": " + Take.Error());
		}();
		const auto Take = Outcome ? std::make_shared<const MetaFaceCore::FTake>(*Outcome) : nullptr;
		const FString Reason = MetaFace::FromStd(Outcome.Error());
		AsyncTask(ENamedThreads::GameThread, [Self, WeakSound, ThisRequest, Take, Reason] {
			UMetaFaceComponent* Component = Self.Get();
			USoundWave* Wave = WeakSound.Get();
			if (Component == nullptr || Component->Request != ThisRequest)
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
	CurrentTake = Take;
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
		PlaybackHandle = Voice->OnAudioPlaybackPercentNative.AddUObject(this, &UMetaFaceComponent::OnPlaybackPercent);
		Voice->SetSound(Sound);
		Voice->Play();
	}
	OnStarted.Broadcast();
}

void UMetaFaceComponent::OnPlaybackPercent(const UAudioComponent* Playing, const USoundWave* Sound, const float Percent)
{
	if (State == EState::Speaking && Playing == Voice && Sound != nullptr)
	{
		Clock.Synchronise(double(Percent) * double(Sound->GetDuration()));
	}
}

void UMetaFaceComponent::StartListening()
{
	Silence();
	State = EState::Listening;
	const MetaFaceCore::FAnimationOptions AnimationOptions = MetaFace::AnimationOptionsOf(Options, GetName());
	const MetaFace::FAnimatorSettings AnimatorSettings(Speaker, StyleStrength, CurveNames, RigMapJson);
	Live = MakeShared<FMetaFaceLiveSession, ESPMode::ThreadSafe>();
	AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [Session = Live, AnimatorSettings, AnimationOptions] {
		Session->Open(AnimatorSettings, AnimationOptions);
	});
	OnStarted.Broadcast();
}

void UMetaFaceComponent::StartMicrophone()
{
	StartListening();
	Microphone = NewObject<UAudioCapture>(this);
	if (!Microphone->OpenDefaultAudioStream())
	{
		return Fail(TEXT("No microphone can be opened: check that one is connected and that the system's privacy settings allow it"));
	}
	const int32 SampleRate = Microphone->GetSampleRate();
	const int32 Channels = Microphone->GetNumChannels();
	// Runs on the audio thread, so it holds the session and not this component.
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
		const bool bAtRest = ShownValues.empty() || ReleasedSeconds >= MetaFaceCore::ReleaseSeconds;
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
		// The destructor waits for the worker thread, so it runs on a background thread.
		AsyncTask(ENamedThreads::AnyBackgroundThreadNormalTask, [Session = MoveTemp(Live)] {});
		Live.Reset();
	}
	if (Voice != nullptr && PlaybackHandle.IsValid())
	{
		Voice->OnAudioPlaybackPercentNative.Remove(PlaybackHandle);
		Voice->Stop();
	}
	PlaybackHandle.Reset();
	CurrentTake.reset();
}

void UMetaFaceComponent::Release()
{
	State = EState::Releasing;
	ReleasedSeconds = 0.0;
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
		MetaFaceCore::SampleAt(*CurrentTake, Clock.Position(), Values);
		SetCurves(CurrentTake->Curves, CurrentTake->Rest);
		Show(Values);
		if (Clock.Position() > CurrentTake->Duration() + MetaFaceCore::ReleaseSeconds)
		{
			++Request;
			EndSound();
			State = EState::Resting;
			ReleasedSeconds = MetaFaceCore::ReleaseSeconds;
			OnFinished.Broadcast();
		}
	}
	else if (State == EState::Listening)
	{
		const FString Reason = Live->OpeningError();
		if (!Reason.IsEmpty())
		{
			return Fail(Reason);
		}
		const MetaFaceCore::FLive* LiveFace = Live->Face();
		const auto Current = LiveFace != nullptr ? LiveFace->FaceAt(LiveFace->Now()) : MetaFaceCore::FLiveFace();
		if (!Current)
		{
			return Fail(MetaFace::FromStd(Current.Error()));
		}
		if (Current->Values.empty())
		{
			// There is no frame yet; meanwhile the previous face returns to the rest pose.
			MoveToRest(DeltaTime);
			return;
		}
		SetCurves(LiveFace->Names().Names(), LiveFace->Names().Rest());
		Show(Current->Values);
	}
	else if (State == EState::Preparing)
	{
		MoveToRest(DeltaTime);
	}
	else if (State == EState::Releasing && MoveToRest(DeltaTime))
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
