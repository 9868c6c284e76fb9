// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Animation/AnimMetaData.h"
#include "CoreMinimal.h"
#include "MetaFaceOptions.h"

#include "MetaFaceTakeInfo.generated.h"

/** What an animation sequence was made from. MetaFace makes it again only if this has changed. */
UCLASS()
class METAFACERUNTIME_API UMetaFaceTakeInfo : public UAnimMetaData
{
	GENERATED_BODY()

public:
	/** The sound wave or the imported file. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FString Source;

	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FString SpeakerName;

	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FMetaFaceOptions Options;

	/** The time code of the first key, in frames. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	double StartFrame = 0.0;

	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FString LibraryVersion;

	/** A hash of the sound, the speaker, the curve names, the options and the library's version. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FString Fingerprint;

	/** The curves that MetaFace wrote; it replaces or removes them when it writes again. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace", AdvancedDisplay)
	TArray<FName> Curves;
};
