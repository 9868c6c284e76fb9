// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Animation/AnimMetaData.h"
#include "CoreMinimal.h"
#include "MetaFaceOptions.h"

#include "MetaFaceTakeInfo.generated.h"

/** What an animation sequence was made from, so that it can be made again, and is not made twice. */
UCLASS()
class METAFACERUNTIME_API UMetaFaceTakeInfo : public UAnimMetaData
{
	GENERATED_BODY()

public:
	/** The sound wave, or the file that was imported. */
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

	/** Of the sound, the speaker and the options. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace")
	FString Fingerprint;

	/** The curves that MetaFace wrote, to be replaced or removed when it writes again. */
	UPROPERTY(VisibleAnywhere, Category = "MetaFace", AdvancedDisplay)
	TArray<FName> Curves;
};
