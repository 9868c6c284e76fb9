// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceComponent.h"

#include "Components/SkeletalMeshComponent.h"
#include "Engine/SkeletalMesh.h"
#include "GameFramework/Actor.h"
#include "MetaFaceLiveSession.h"
#include "MetaFaceLog.h"
#include "MetaFaceText.h"

// The part of the component that shows the face: finds the mesh and sets its morph targets.

void UMetaFaceComponent::SetCurves(const std::vector<std::string>& Names, const std::vector<float>& Rest)
{
	ShownRest = Rest;
	if (Names == CurrentCurves)
	{
		return;
	}
	CurrentCurves = Names;
	ShownNames.Reset();
	for (const std::string& Name : Names)
	{
		ShownNames.Add(FName(*MetaFace::FromStd(Name)));
	}
	FindFace();
}

bool UMetaFaceComponent::MoveToRest(float DeltaTime)
{
	const double Remaining = FMath::Max(0.0, MetaFaceCore::ReleaseSeconds - ReleasedSeconds);
	ReleasedSeconds += double(DeltaTime);
	const double Keep = Remaining > 0.0 ? FMath::Max(0.0, MetaFaceCore::ReleaseSeconds - ReleasedSeconds) / Remaining : 0.0;
	if (Remaining > 0.0)
	{
		std::vector<float> Values = ShownValues;
		MetaFaceCore::BlendToRest(ShownRest, float(Keep), Values);
		Show(Values);
	}
	return Keep == 0.0;
}

void UMetaFaceComponent::Show(const std::vector<float>& Values)
{
	if (Values.empty())
	{
		return;
	}
	ShownValues = Values;
	if (!bDriveMorphTargets || Face == nullptr)
	{
		return;
	}
	for (int32 Index = 0; Index < ShownNames.Num(); ++Index)
	{
		if (HasMorph[Index])
		{
			Face->SetMorphTarget(ShownNames[Index], ShownValues[size_t(Index)], false);
		}
	}
}

void UMetaFaceComponent::FindFace()
{
	HasMorph.Init(false, ShownNames.Num());
	if (!bDriveMorphTargets)
	{
		return;
	}
	TArray<USkeletalMeshComponent*> Meshes;
	if (Face != nullptr)
	{
		Meshes.Add(Face);
	}
	else if (const AActor* Owner = GetOwner())
	{
		Owner->GetComponents(Meshes);
	}
	FString Searched;
	for (USkeletalMeshComponent* Mesh : Meshes)
	{
		const USkeletalMesh* Asset = Mesh != nullptr ? Mesh->GetSkeletalMeshAsset() : nullptr;
		if (Asset == nullptr)
		{
			continue;
		}
		Searched += TEXT(" ") + Asset->GetPathName();
		bool bAny = false;
		for (int32 Index = 0; Index < ShownNames.Num(); ++Index)
		{
			HasMorph[Index] = Asset->FindMorphTarget(ShownNames[Index]) != nullptr;
			bAny |= HasMorph[Index];
		}
		if (bAny)
		{
			Face = Mesh;
			return;
		}
	}
	UE_LOG(LogMetaFace, Warning,
		TEXT("%s: no skeletal mesh of this actor has a morph target named %s; searched:%s. Choose other Curve Names, or turn off ")
		TEXT("Drive Morph Targets and pass Get Curves to a Modify Curve node of the animation blueprint"),
		*GetPathName(), *ShownNames[0].ToString(), *Searched);
}

TMap<FName, float> UMetaFaceComponent::GetCurves() const
{
	TMap<FName, float> Curves;
	for (int32 Index = 0; Index < ShownNames.Num() && size_t(Index) < ShownValues.size(); ++Index)
	{
		Curves.Add(ShownNames[Index], ShownValues[size_t(Index)]);
	}
	return Curves;
}
