// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "HAL/Runnable.h"
#include "MetaFaceCore/LiveFace.h"
#include "MetaFaceVoices.h"

#include <atomic>
#include <memory>
#include <string>

class FEvent;
class FRunnableThread;

/** A live face and the thread that works for it. Made, shown and ended on the game thread. */
class FMetaFaceLiveSession : public FRunnable
{
public:
	FMetaFaceLiveSession(MetaFace::FPerformer InPerformer, MetaFaceCore::FHow InHow);
	virtual ~FMetaFaceLiveSession() override;

	/** On any one thread at a time, the audio thread as a rule: never waits, never allocates. */
	void Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels);

	/** Null while the voice is being opened. */
	MetaFaceCore::FLiveFace* Face() const { return Ready.load(std::memory_order_acquire); }
	/** Empty while all is well. */
	FString Fault() const;

	virtual uint32 Run() override;
	virtual void Stop() override { bStop = true; }

private:
	MetaFace::FPerformer Performer;
	MetaFaceCore::FHow How;
	std::unique_ptr<MetaFaceCore::FLiveFace> Owned;
	std::atomic<MetaFaceCore::FLiveFace*> Ready{nullptr};
	/** Written before bFailed is. */
	std::string OpeningError;
	std::atomic<bool> bFailed{false};
	std::atomic<bool> bStop{false};
	FEvent* Pause = nullptr;
	FRunnableThread* Thread = nullptr;
};
