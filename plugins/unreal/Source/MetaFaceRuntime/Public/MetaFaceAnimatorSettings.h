// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceCore/Animator.h"
#include "MetaFaceOptions.h"

class UMetaFaceSpeaker;

namespace MetaFace
{
	/** What opens an animator: copied from assets on the game thread, used on any thread. */
	struct METAFACERUNTIME_API FAnimatorSettings
	{
		FAnimatorSettings(const UMetaFaceSpeaker* Speaker, float InStyleStrength, EMetaFaceCurveNames InNames, const FString& InRigMapJson);

		MetaFaceCore::TOutcome<MetaFaceCore::FAnimator> OpenAnimator() const;
		MetaFaceCore::TOutcome<MetaFaceCore::FCurveNames> CurveNames() const;
		/** A hash of the speaker and the curve names, to decide whether a take is up to date. */
		std::string Fingerprint() const;

	private:
		TArray<uint8> SpeakerBytes;
		FString SpeakerPath;
		float StyleStrength;
		EMetaFaceCurveNames Names;
		std::string RigMapJson;
	};

	METAFACERUNTIME_API MetaFaceCore::FAnimationOptions AnimationOptionsOf(const FMetaFaceOptions& Options, const FString& Name);
	METAFACERUNTIME_API std::string FingerprintOf(const FMetaFaceOptions& Options);
}
