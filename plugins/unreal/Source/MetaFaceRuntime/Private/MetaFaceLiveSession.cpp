// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceLiveSession.h"

#include "HAL/Event.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "HAL/RunnableThread.h"
#include "MetaFaceText.h"

namespace
{
	/** How long the worker rests when nothing was said. */
	constexpr uint32 RestMilliseconds = 4;
}

FMetaFaceLiveSession::FMetaFaceLiveSession(MetaFace::FPerformer InPerformer, MetaFaceCore::FHow InHow)
	: Performer(MoveTemp(InPerformer))
	, How(MoveTemp(InHow))
	, Pause(FPlatformProcess::GetSynchEventFromPool(false))
	, Thread(FRunnableThread::Create(this, TEXT("MetaFaceLive"), 0, TPri_AboveNormal))
{
}

FMetaFaceLiveSession::~FMetaFaceLiveSession()
{
	bStop = true;
	if (Thread != nullptr)
	{
		Pause->Trigger();
		Thread->WaitForCompletion();
		delete Thread;
	}
	FPlatformProcess::ReturnSynchEventToPool(Pause);
}

void FMetaFaceLiveSession::Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels)
{
	MetaFaceCore::FLiveFace* Listening = Face();
	if (Listening != nullptr && Frames > 0 && SampleRate > 0 && Channels > 0)
	{
		Listening->Push(Samples, size_t(Frames), uint32(SampleRate), uint16(Channels));
	}
}

FString FMetaFaceLiveSession::Fault() const
{
	if (bFailed.load(std::memory_order_acquire))
	{
		return MetaFace::FromStd(OpeningError);
	}
	const MetaFaceCore::FLiveFace* Listening = Face();
	return Listening != nullptr && Listening->HasFailed() ? MetaFace::FromStd(Listening->LastError()) : FString();
}

uint32 FMetaFaceLiveSession::Run()
{
	const auto Fail = [this](const std::string& Reason) {
		OpeningError = Reason;
		bFailed.store(true, std::memory_order_release);
		return 1u;
	};
	const auto Voice = Performer.Voice();
	if (!Voice)
	{
		return Fail(Voice.Error());
	}
	const auto Names = Performer.CurveNames();
	if (!Names)
	{
		return Fail(Names.Error());
	}
	auto Stream = Voice->Stream(How);
	if (!Stream)
	{
		return Fail(Stream.Error());
	}
	Owned = std::make_unique<MetaFaceCore::FLiveFace>(MoveTemp(*Stream), *Names);
	Ready.store(Owned.get(), std::memory_order_release);
	while (!bStop && !Owned->HasFailed())
	{
		const bool bWorked = Owned->Work();
		if (!Owned->AwaitSound(FPlatformTime::Seconds()) && !bWorked)
		{
			Pause->Wait(RestMilliseconds);
		}
	}
	return 0;
}
