// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSequenceWriter.h"

#include "Animation/AnimData/IAnimationDataController.h"
#include "Animation/AnimData/IAnimationDataModel.h"
#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "MetaFaceTakeInfo.h"
#include "MetaFaceText.h"
#include "Misc/PackageName.h"
#include "UObject/Package.h"
#include "UObject/SavePackage.h"

#define LOCTEXT_NAMESPACE "MetaFace"

namespace MetaFace
{
	namespace
	{
		FAnimationCurveIdentifier Identifier(const FName& Name)
		{
			return FAnimationCurveIdentifier(Name, ERawCurveTrackTypes::RCT_Float);
		}

		TArray<FRichCurveKey> KeysOf(const MetaFaceCore::FTake& Take, const std::vector<float>& Times, size_t Curve)
		{
			const std::vector<float> Values = MetaFaceCore::ValuesOf(Take, Curve);
			TArray<FRichCurveKey> Keys;
			Keys.Reserve(int32(Values.size()));
			for (size_t Frame = 0; Frame < Values.size(); ++Frame)
			{
				FRichCurveKey Key(Times[Frame], Values[Frame]);
				Key.InterpMode = RCIM_Linear;
				Keys.Add(Key);
			}
			return Keys;
		}
	}

	void WriteTake(UAnimSequence& Sequence, const MetaFaceCore::FTake& Take)
	{
		UMetaFaceTakeInfo& Info = EnsureTakeInfo(Sequence);
		IAnimationDataController& Controller = Sequence.GetController();
		const IAnimationDataModel* Model = Sequence.GetDataModel();
		const IAnimationDataController::FScopedBracket Bracket(Controller, LOCTEXT("WriteTake", "MetaFace"), false);

		// The engine has no sequences of length 0, so a take of one frame lasts one frame.
		const int32 Frames = FMath::Max(1, int32(Take.FrameCount()) - 1);
		Controller.SetFrameRate(FFrameRate(Take.Rate.Numerator, Take.Rate.Denominator), false);
		Controller.SetNumberOfFrames(FFrameNumber(Frames), false);

		TArray<FName> Written;
		const std::vector<float> Times = MetaFaceCore::KeyTimes(Take);
		for (size_t Curve = 0; Curve < Take.Curves.size(); ++Curve)
		{
			const FName Name(*FromStd(Take.Curves[Curve]));
			if (Model->FindFloatCurve(Identifier(Name)) == nullptr)
			{
				Controller.AddCurve(Identifier(Name), AACF_DefaultCurve, false);
			}
			Controller.SetCurveKeys(Identifier(Name), KeysOf(Take, Times, Curve), false);
			Written.Add(Name);
		}
		// Curves of an earlier run with other names would move the face twice.
		for (const FName& Name : Info.Curves)
		{
			if (!Written.Contains(Name) && Model->FindFloatCurve(Identifier(Name)) != nullptr)
			{
				Controller.RemoveCurve(Identifier(Name), false);
			}
		}
		Info.Curves = Written;
		Info.StartFrame = Take.StartFrame;
		Controller.NotifyPopulated();
		Sequence.MarkPackageDirty();
	}

	UAnimSequence* FindSequence(const FString& PackageName)
	{
		if (!FPackageName::DoesPackageExist(PackageName) && FindPackage(nullptr, *PackageName) == nullptr)
		{
			return nullptr;
		}
		const FString Path = PackageName + TEXT(".") + FPackageName::GetLongPackageAssetName(PackageName);
		return LoadObject<UAnimSequence>(nullptr, *Path, nullptr, LOAD_NoWarn | LOAD_Quiet);
	}

	MetaFaceCore::TOutcome<UAnimSequence*> SequenceAt(const FString& PackageName, USkeleton& Skeleton)
	{
		using FOutcome = MetaFaceCore::TOutcome<UAnimSequence*>;
		const auto Rejected = [&PackageName](const TCHAR* Reason) {
			return FOutcome::Failed(ToStd(FString::Printf(TEXT("%s %s"), *PackageName, Reason)));
		};
		FText NameError;
		if (!FPackageName::IsValidLongPackageName(PackageName, false, &NameError))
		{
			return Rejected(*FString::Printf(TEXT("is not a valid asset path (%s): choose a path such as /Game/Faces"), *NameError.ToString()));
		}
		if (UAnimSequence* Existing = FindSequence(PackageName))
		{
			if (Existing->GetSkeleton() != &Skeleton)
			{
				return Rejected(TEXT("is an animation of another skeleton: choose another folder, prefix or suffix"));
			}
			return Existing;
		}
		UPackage* Package = CreatePackage(*PackageName);
		Package->FullyLoad();
		const FString Name = FPackageName::GetLongPackageAssetName(PackageName);
		if (StaticFindObject(UObject::StaticClass(), Package, *Name) != nullptr)
		{
			return Rejected(TEXT("is not an animation sequence: choose another folder, prefix or suffix"));
		}
		UAnimSequence* Sequence = NewObject<UAnimSequence>(Package, *Name, RF_Public | RF_Standalone);
		Sequence->SetSkeleton(&Skeleton);
		Sequence->GetController().InitializeModel();
		FAssetRegistryModule::AssetCreated(Sequence);
		return Sequence;
	}

	UMetaFaceTakeInfo* TakeInfoOf(UAnimSequence& Sequence)
	{
		for (UAnimMetaData* Data : Sequence.GetMetaData())
		{
			if (UMetaFaceTakeInfo* Info = Cast<UMetaFaceTakeInfo>(Data))
			{
				return Info;
			}
		}
		return nullptr;
	}

	UMetaFaceTakeInfo& EnsureTakeInfo(UAnimSequence& Sequence)
	{
		if (UMetaFaceTakeInfo* Info = TakeInfoOf(Sequence))
		{
			return *Info;
		}
		UMetaFaceTakeInfo* Info = NewObject<UMetaFaceTakeInfo>(&Sequence);
		Sequence.AddMetaData(Info);
		return *Info;
	}

	FString SavePackageOf(UObject& Asset)
	{
		UPackage* Package = Asset.GetOutermost();
		const FString File = FPackageName::LongPackageNameToFilename(Package->GetName(), FPackageName::GetAssetPackageExtension());
		FSavePackageArgs Arguments;
		Arguments.TopLevelFlags = RF_Public | RF_Standalone;
		Arguments.SaveFlags = SAVE_NoError;
		// The engine writes a temporary file and moves it into place when it is complete.
		if (!UPackage::SavePackage(Package, &Asset, *File, Arguments))
		{
			return FString::Printf(TEXT("%s cannot be saved: check that it is checked out and writable and that the disk is not full"), *File);
		}
		return FString();
	}
}

#undef LOCTEXT_NAMESPACE
