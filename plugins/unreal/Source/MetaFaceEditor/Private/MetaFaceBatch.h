// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Animation/Skeleton.h"
#include "CoreMinimal.h"
#include "MetaFaceOptions.h"
#include "MetaFaceSpeaker.h"
#include "UObject/StrongObjectPtr.h"

#include <functional>

class UMetaFaceEditorSettings;
class USoundWave;

namespace MetaFace
{
	/** What a batch is made with. */
	struct FBatchSettings
	{
		TStrongObjectPtr<USkeleton> Skeleton;
		TStrongObjectPtr<UMetaFaceSpeaker> Speaker;
		float StyleStrength = 1.0f;
		EMetaFaceCurveNames CurveNames = EMetaFaceCurveNames::LiveLink;
		FString RigMapJson;
		FMetaFaceOptions Options;
		FString OutputFolder;
		FString Prefix;
		FString Suffix;
		/** Makes what is up to date again. */
		bool bForce = false;
		/** Writes to disk what was made; otherwise it waits, dirty, for the artist to save. */
		bool bSave = false;
	};

	/** From the project settings. Empty, or what is missing there. */
	FString SettingsFrom(const UMetaFaceEditorSettings& Source, FBatchSettings& Out);

	enum class ELineResult : uint8
	{
		Made,
		UpToDate,
		Failed,
		Cancelled,
	};

	struct FLineReport
	{
		ELineResult Result = ELineResult::Failed;
		FString Wave;
		FString Sequence;
		/** Why it failed; or what its user should know. */
		TArray<FString> Notes;
	};

	/** Where a wave's sequence goes. */
	FString SequencePackageFor(const FString& WavePackage, const FBatchSettings& Settings);

	/** Told the share of the line that is done; returning false stops the batch. */
	using FBatchProgress = std::function<bool(float Share)>;

	/** One wave, whatever is wrong with it: this never throws and stops no other. Game thread. */
	FLineReport MakeLine(USoundWave& Wave, const FBatchSettings& Settings, const FBatchProgress& Progress);
}
