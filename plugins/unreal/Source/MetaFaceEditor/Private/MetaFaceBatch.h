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
	/** The settings of a batch. */
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
		/** Also makes sequences again that are up to date. */
		bool bForce = false;
		/** Saves the sequences; otherwise the artist saves the modified packages. */
		bool bSave = false;
	};

	/** Reads the project settings. Returns an error message, or an empty string. */
	FString SettingsFrom(const UMetaFaceEditorSettings& Source, FBatchSettings& Out);

	enum class EWaveResult : uint8
	{
		Made,
		UpToDate,
		Failed,
		Cancelled,
	};

	struct FWaveReport
	{
		EWaveResult Result = EWaveResult::Failed;
		FString Wave;
		FString Sequence;
		/** The error, or warnings. */
		TArray<FString> Notes;
	};

	/** The package of a wave's sequence. */
	FString SequencePackageFor(const FString& WavePackage, const FBatchSettings& Settings);

	/** Called with the completed fraction of a wave, 0 to 1; returns false to cancel the batch. */
	using FBatchProgressCallback = std::function<bool(float Fraction)>;

	/** Makes the sequence of one wave. Never throws; errors are in the report. Game thread only. */
	FWaveReport AnimateWave(USoundWave& Wave, const FBatchSettings& Settings, const FBatchProgressCallback& Progress);
}
