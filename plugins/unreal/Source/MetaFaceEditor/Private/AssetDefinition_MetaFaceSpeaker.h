// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "AssetDefinitionDefault.h"
#include "CoreMinimal.h"

#include "AssetDefinition_MetaFaceSpeaker.generated.h"

/** How the Content Browser shows speakers: the name and the consent. */
UCLASS()
class UAssetDefinition_MetaFaceSpeaker : public UAssetDefinitionDefault
{
	GENERATED_BODY()

public:
	virtual FText GetAssetDisplayName() const override;
	virtual FLinearColor GetAssetColor() const override;
	virtual TSoftClassPtr<UObject> GetAssetClass() const override;
	virtual TConstArrayView<FAssetCategoryPath> GetAssetCategories() const override;
	virtual FText GetAssetDescription(const FAssetData& AssetData) const override;
	virtual bool CanImport() const override;
};
