// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceLiveSession.h"

#include "HAL/Event.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "HAL/RunnableThread.h"
#include "MetaFaceText.h"

namespace
{
	/** How long the worker waits when there is no sound. */
	constexpr uint32 WaitMilliseconds = 4;
}

FMetaFaceLiveSession::FMetaFaceLiveSession(MetaFace::FAnimatorSettings InAnimatorSettings, MetaFaceCore::FAnimationOptions InAnimationOptions)
	: AnimatorSettings(MoveTemp(InAnimatorSettings))
	, AnimationOptions(MoveTemp(InAnimationOptions))
	, WakeEvent(FPlatformProcess::GetSynchEventFromPool(false))
	, Thread(FRunnableThread::Create(this, TEXT("MetaFaceLive"), 0, TPri_AboveNormal))
{
}

FMetaFaceLiveSession::~FMetaFaceLiveSession()
{
	bStop = true;
	if (Thread != nullptr)
	{
		WakeEvent->Trigger();
		Thread->WaitForCompletion();
		delete Thread;
	}
	FPlatformProcess::ReturnSynchEventToPool(WakeEvent);
}

void FMetaFaceLiveSession::Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels)
{
	MetaFaceCore::FLiveFace* LiveFace = Face();
	if (LiveFace != nullptr && Frames > 0 && SampleRate > 0 && Channels > 0)
	{
		LiveFace->Push(Samples, size_t(Frames), uint32(SampleRate), uint16(Channels));
	}
}

FString FMetaFaceLiveSession::LastError() const
{
	if (bFailed.load(std::memory_order_acquire))
	{
		return MetaFace::FromStd(OpeningError);
	}
	const MetaFaceCore::FLiveFace* LiveFace = Face();
	return LiveFace != nullptr && LiveFace->HasFailed() ? MetaFace::FromStd(LiveFace->LastError()) : FString();
}

uint32 FMetaFaceLiveSession::Run()
{
	const auto Fail = [this](const std::string& Reason) {
		OpeningError = Reason;
		bFailed.store(true, std::memory_order_release);
		return 1u;
	};
	const auto Animator = AnimatorSettings.OpenAnimator();
	if (!Animator)
	{
		return Fail(Animator.Error());
	}
	const auto Names = AnimatorSettings.CurveNames();
	if (!Names)
	{
		return Fail(Names.Error());
	}
	auto Stream = Animator->Stream(AnimationOptions);
	if (!Stream)
	{
		return Fail(Stream.Error());
	}
	OwnedFace = std::make_unique<MetaFaceCore::FLiveFace>(MoveTemp(*Stream), *Names);
	ReadyFace.store(OwnedFace.get(), std::memory_order_release);
	while (!bStop && !OwnedFace->HasFailed())
	{
		const bool bWorked = OwnedFace->Work();
		if (!OwnedFace->FillSilence(FPlatformTime::Seconds()) && !bWorked)
		{
			WakeEvent->Wait(WaitMilliseconds);
		}
	}
	return 0;
}
