// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceLiveSession.h"

#include "MetaFaceText.h"

void FMetaFaceLiveSession::Open(const MetaFace::FAnimatorSettings& AnimatorSettings, const MetaFaceCore::FAnimationOptions& AnimationOptions)
{
	const auto Fail = [this](const std::string& Reason) {
		Error = Reason;
		bFailed.store(true, std::memory_order_release);
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
	if (bStopped)
	{
		return;
	}
	auto Live = Animator->Live(AnimationOptions, *Names);
	if (!Live)
	{
		return Fail(Live.Error());
	}
	OwnedFace.emplace(MoveTemp(*Live));
	ReadyFace.store(&*OwnedFace, std::memory_order_release);
	if (bStopped)
	{
		OwnedFace->Close();
	}
}

void FMetaFaceLiveSession::Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels)
{
	MetaFaceCore::FLive* Live = Face();
	if (Live != nullptr && Frames > 0 && SampleRate > 0 && Channels > 0)
	{
		Live->Push(Samples, size_t(Frames), uint32(SampleRate), uint16(Channels));
	}
}

void FMetaFaceLiveSession::Stop()
{
	bStopped = true;
	if (MetaFaceCore::FLive* Live = Face())
	{
		Live->Close();
	}
}

FString FMetaFaceLiveSession::OpeningError() const
{
	return bFailed.load(std::memory_order_acquire) ? MetaFace::FromStd(Error) : FString();
}
