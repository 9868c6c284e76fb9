// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"

#include "MetaFaceSpeaker.generated.h"

class UAssetImportData;

/**
 * A person's way of moving while talking: a .speaker file as an asset. It is personal data; what the
 * person agreed to stands in Consent.
 */
UCLASS(BlueprintType)
class METAFACERUNTIME_API UMetaFaceSpeaker : public UObject
{
	GENERATED_BODY()

public:
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString SpeakerName;

	/** What the person agreed to, as it was stated when the speaker was learned. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Consent;

	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Licence;

	/** instant, fitted or blended. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, AssetRegistrySearchable, Category = "MetaFace")
	FString Learning;

	/** SHA-256 of the base model; the speaker works with no other. */
	UPROPERTY(VisibleAnywhere, AssetRegistrySearchable, Category = "MetaFace", AdvancedDisplay)
	FString BaseModel;

	/** The .speaker file, byte for byte. */
	UPROPERTY()
	TArray<uint8> FileBytes;

#if WITH_EDITORONLY_DATA
	UPROPERTY(VisibleAnywhere, Instanced, Category = "ImportSettings")
	TObjectPtr<UAssetImportData> AssetImportData;
#endif

	/** Takes a file's bytes and what it says of itself. False, with a reason, leaves the asset as it was. */
	bool LoadFile(const FString& Filename, FString& OutError);
};
