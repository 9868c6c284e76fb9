// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "HAL/Runnable.h"
#include "MetaFaceAnimatorSettings.h"
#include "MetaFaceCore/LiveFace.h"

#include <atomic>
#include <memory>
#include <string>

class FEvent;
class FRunnableThread;

/** A live face and its worker thread. Created, read and stopped on the game thread. */
class FMetaFaceLiveSession : public FRunnable
{
public:
	FMetaFaceLiveSession(MetaFace::FAnimatorSettings InAnimatorSettings, MetaFaceCore::FAnimationOptions InAnimationOptions);
	virtual ~FMetaFaceLiveSession() override;

	/** Called on one thread at a time, usually the audio thread; never waits, never allocates. */
	void Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels);

	/** Null while the animator is being opened. */
	MetaFaceCore::FLiveFace* Face() const { return ReadyFace.load(std::memory_order_acquire); }
	/** Empty if there is no error. */
	FString LastError() const;

	virtual uint32 Run() override;
	virtual void Stop() override { bStop = true; }

private:
	MetaFace::FAnimatorSettings AnimatorSettings;
	MetaFaceCore::FAnimationOptions AnimationOptions;
	std::unique_ptr<MetaFaceCore::FLiveFace> OwnedFace;
	/** Set when the face is complete. */
	std::atomic<MetaFaceCore::FLiveFace*> ReadyFace{nullptr};
	/** Written before bFailed is set. */
	std::string OpeningError;
	std::atomic<bool> bFailed{false};
	std::atomic<bool> bStop{false};
	FEvent* WakeEvent = nullptr;
	FRunnableThread* Thread = nullptr;
};
