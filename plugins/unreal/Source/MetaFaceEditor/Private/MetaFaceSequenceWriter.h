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
	/** Writes a take's curves into a sequence: one key for each frame, other people's curves stay. */
	void WriteTake(UAnimSequence& Sequence, const MetaFaceCore::FTake& Take);

	/** The sequence at a package's name, a new one where there is none. Fails over another kind of asset. */
	MetaFaceCore::TOutcome<UAnimSequence*> SequenceAt(const FString& PackageName, USkeleton& Skeleton);
	/** The same without making one; null where there is none. */
	UAnimSequence* FindSequence(const FString& PackageName);

	/** What a sequence says it was made from; null where MetaFace did not make it. */
	UMetaFaceTakeInfo* TakeInfoOf(UAnimSequence& Sequence);
	UMetaFaceTakeInfo& EnsureTakeInfo(UAnimSequence& Sequence);

	/** Saves an asset's package, whole or not at all. Empty, or why not. */
	FString SavePackageOf(UObject& Asset);
}
