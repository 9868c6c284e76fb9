// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceAnimatorSettings.h"
#include "MetaFaceCore/Live.h"

#include <atomic>
#include <optional>
#include <string>

/** A live face whose animator is opened on a background thread. */
class FMetaFaceLiveSession
{
public:
	/** Background thread: opens the animator and starts the face. */
	void Open(const MetaFace::FAnimatorSettings& AnimatorSettings, const MetaFaceCore::FAnimationOptions& AnimationOptions);

	/** Called on one thread at a time, usually the audio thread; never waits, never allocates. */
	void Push(const float* Samples, int32 Frames, int32 SampleRate, int32 Channels);

	/** Ends the sound. */
	void Stop();

	/** Null while the animator is being opened. */
	MetaFaceCore::FLive* Face() const { return ReadyFace.load(std::memory_order_acquire); }
	/** The error of the opening; empty if there is none. */
	FString OpeningError() const;

private:
	std::optional<MetaFaceCore::FLive> OwnedFace;
	/** Set when the face is complete. */
	std::atomic<MetaFaceCore::FLive*> ReadyFace{nullptr};
	/** Written before bFailed is set. */
	std::string Error;
	std::atomic<bool> bFailed{false};
	std::atomic<bool> bStopped{false};
};
