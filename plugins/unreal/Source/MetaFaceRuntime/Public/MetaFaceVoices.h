// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceCore/Voice.h"
#include "MetaFaceOptions.h"

class UMetaFaceSpeaker;

namespace MetaFace
{
	/** All that animating needs, taken from assets on the game thread; used on any thread. */
	struct METAFACERUNTIME_API FPerformer
	{
		FPerformer(const UMetaFaceSpeaker* Speaker, float InStyleStrength, EMetaFaceCurveNames InNames, const FString& InRigMapJson);

		MetaFaceCore::TOutcome<MetaFaceCore::FVoice> Voice() const;
		MetaFaceCore::TOutcome<MetaFaceCore::FCurveNames> CurveNames() const;
		/** Of the speaker and the names of curves, for telling whether a take is up to date. */
		std::string Fingerprint() const;

	private:
		TArray<uint8> SpeakerBytes;
		FString SpeakerPath;
		float StyleStrength;
		EMetaFaceCurveNames Names;
		std::string RigMapJson;
	};

	METAFACERUNTIME_API MetaFaceCore::FHow HowOf(const FMetaFaceOptions& Options, const FString& Name);
	METAFACERUNTIME_API std::string FingerprintOf(const FMetaFaceOptions& Options);
}
