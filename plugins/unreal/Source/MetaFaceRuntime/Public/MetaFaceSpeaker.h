// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"

#include "MetaFaceSpeaker.generated.h"

class UAssetImportData;

/**
 * A speaker: a person's way of moving while talking, as an asset made from a .speaker file. It is
 * personal data; Consent states what the person agreed to.
 */
UCLASS(BlueprintType)
class METAFACERUNTIME_API UMetaFaceSpeaker : public UObject
{
	GENERATED_BODY()

public:
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString SpeakerName;

	/** What the person agreed to, as stated when the speaker was learned. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Consent;

	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Licence;

	/** How the speaker was learned: instant, fitted or blended. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Learning;

	/** SHA-256 of the base model; the speaker only works with this model. */
	UPROPERTY(VisibleAnywhere, AssetRegistrySearchable, Category = "MetaFace", AdvancedDisplay)
	FString BaseModel;

	/** The .speaker file, byte for byte. */
	UPROPERTY()
	TArray<uint8> FileBytes;

#if WITH_EDITORONLY_DATA
	UPROPERTY(VisibleAnywhere, Instanced, Category = "ImportSettings")
	TObjectPtr<UAssetImportData> AssetImportData;
#endif

	/** Loads a file and its metadata. On an error it returns false and leaves the asset unchanged. */
	bool LoadFile(const FString& Filename, FString& OutError);
};
