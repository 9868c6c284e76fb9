// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceCore/Outcome.h"
#include "MetaFaceCore/Take.h"

class UAnimSequence;
class UMetaFaceTakeInfo;
class UObject;
class USkeleton;

namespace MetaFace
{
	/** Writes a take's curves into a sequence, one key per frame. Curves that MetaFace did not write stay. */
	void WriteTake(UAnimSequence& Sequence, const MetaFaceCore::FTake& Take);

	/** The sequence of a package; creates it if it does not exist. Fails if the package holds another kind of asset. */
	MetaFaceCore::TOutcome<UAnimSequence*> SequenceAt(const FString& PackageName, USkeleton& Skeleton);
	/** The sequence of a package; null if it does not exist. */
	UAnimSequence* FindSequence(const FString& PackageName);

	/** A sequence's take info; null if MetaFace did not make the sequence. */
	UMetaFaceTakeInfo* TakeInfoOf(UAnimSequence& Sequence);
	/** A sequence's take info; adds it if it is missing. */
	UMetaFaceTakeInfo& EnsureTakeInfo(UAnimSequence& Sequence);

	/** Saves an asset's package, whole or not at all. Returns an error message, or an empty string. */
	FString SavePackageOf(UObject& Asset);
}
