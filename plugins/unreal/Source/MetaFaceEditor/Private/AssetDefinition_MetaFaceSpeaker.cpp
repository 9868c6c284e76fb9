// Copyright the MetaFace contributors. MIT licence.
#include "AssetDefinition_MetaFaceSpeaker.h"

#include "AssetRegistry/AssetData.h"
#include "MetaFaceSpeaker.h"

#define LOCTEXT_NAMESPACE "MetaFace"

FText UAssetDefinition_MetaFaceSpeaker::GetAssetDisplayName() const
{
	return LOCTEXT("Speaker", "MetaFace Speaker");
}

FLinearColor UAssetDefinition_MetaFaceSpeaker::GetAssetColor() const
{
	return FLinearColor(FColor(224, 122, 63));
}

TSoftClassPtr<UObject> UAssetDefinition_MetaFaceSpeaker::GetAssetClass() const
{
	return UMetaFaceSpeaker::StaticClass();
}

TConstArrayView<FAssetCategoryPath> UAssetDefinition_MetaFaceSpeaker::GetAssetCategories() const
{
	static const FAssetCategoryPath Categories[] = {EAssetCategoryPaths::Animation};
	return Categories;
}

FText UAssetDefinition_MetaFaceSpeaker::GetAssetDescription(const FAssetData& AssetData) const
{
	// Reads the registry's tags, so that a tooltip does not load the asset.
	FString Name;
	FString Consent;
	AssetData.GetTagValue(GET_MEMBER_NAME_CHECKED(UMetaFaceSpeaker, SpeakerName), Name);
	AssetData.GetTagValue(GET_MEMBER_NAME_CHECKED(UMetaFaceSpeaker, Consent), Consent);
	const FText ConsentText = Consent.IsEmpty() ? LOCTEXT("NoConsent", "not stated") : FText::FromString(Consent);
	return FText::Format(LOCTEXT("SpeakerTip", "Speaker: {0}. Consent: {1}"), FText::FromString(Name), ConsentText);
}

bool UAssetDefinition_MetaFaceSpeaker::CanImport() const
{
	return true;
}

#undef LOCTEXT_NAMESPACE
