// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCommandlet.h"

#include "Animation/Skeleton.h"
#include "AssetRegistry/ARFilter.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "AssetRegistry/IAssetRegistry.h"
#include "MetaFaceBatch.h"
#include "MetaFaceCore/Batch.h"
#include "MetaFaceCore/Voice.h"
#include "MetaFaceLog.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceText.h"
#include "Misc/FileHelper.h"
#include "Misc/PackageName.h"
#include "Sound/SoundWave.h"
#include "UObject/UObjectGlobals.h"

namespace
{
	using MetaFaceCore::EBatchExit;

	/**
	 * The exit code is ours: without this, an error in anyone's log makes the engine's 1 of it. The
	 * first engines that we are for have no such switch.
	 */
	template <typename CommandletType>
	void KeepExitCodeOf(CommandletType& Commandlet)
	{
		if constexpr (requires { Commandlet.UseCommandletResultAsExitCode; })
		{
			Commandlet.UseCommandletResultAsExitCode = true;
		}
	}

	int32 Leave(EBatchExit Exit, const FString& Reason)
	{
		UE_LOG(LogMetaFace, Error, TEXT("%s"), *Reason);
		return int32(Exit);
	}

	template <typename ObjectType>
	ObjectType* LoadAsset(const FString& Path)
	{
		// /Game/Hero and /Game/Hero.Hero mean the same.
		const FString Full = Path.Contains(TEXT(".")) ? Path : Path + TEXT(".") + FPackageName::GetLongPackageAssetName(Path);
		return LoadObject<ObjectType>(nullptr, *Full, nullptr, LOAD_NoWarn | LOAD_Quiet);
	}

	/** Every sound wave of folders and paths, once, in the order of names: the same on every machine. */
	FString FindWaves(const std::string& List, TArray<FString>& Out)
	{
		IAssetRegistry& Registry = FModuleManager::LoadModuleChecked<FAssetRegistryModule>("AssetRegistry").Get();
		Registry.SearchAllAssets(true);
		for (const std::string& Item : MetaFaceCore::Listed(List))
		{
			const FString Path = MetaFace::FromStd(Item);
			TArray<FAssetData> Found;
			FARFilter Filter;
			Filter.ClassPaths.Add(USoundWave::StaticClass()->GetClassPathName());
			Filter.bRecursivePaths = true;
			Filter.PackagePaths.Add(FName(*Path));
			Registry.GetAssets(Filter, Found);
			if (Found.IsEmpty() && LoadAsset<USoundWave>(Path) == nullptr)
			{
				return FString::Printf(TEXT("-Waves: %s is neither a sound wave nor a folder with sound waves"), *Path);
			}
			for (const FAssetData& Asset : Found)
			{
				Out.AddUnique(Asset.GetObjectPathString());
			}
			if (Found.IsEmpty())
			{
				Out.AddUnique(LoadAsset<USoundWave>(Path)->GetPathName());
			}
		}
		Out.Sort();
		return FString();
	}

	bool ReadNumber(const MetaFaceCore::FBatchArguments& Line, const char* Key, double Low, double High, double& Number, FString& OutError)
	{
		const std::string* Value = Line.Find(Key);
		if (Value == nullptr)
		{
			return true;
		}
		const FString Written = MetaFace::FromStd(*Value);
		if (!Written.IsNumeric() || FCString::Atod(*Written) < Low || FCString::Atod(*Written) > High)
		{
			OutError = FString::Printf(TEXT("-%s=%s: a number from %g to %g is wanted"), *MetaFace::FromStd(Key), *Written, Low, High);
			return false;
		}
		Number = FCString::Atod(*Written);
		return true;
	}

	/** How the faces talk, from the line. Empty, or what is wrong with it. */
	FString ReadOptions(const MetaFaceCore::FBatchArguments& Line, MetaFace::FBatchSettings& Out)
	{
		FString Error;
		double Strength = 1.0;
		double Liveliness = 1.0;
		double Smoothing = 0.0;
		double Seed = 7.0;
		double Style = 1.0;
		const bool bRead = ReadNumber(Line, "strength", 0.0, 2.0, Strength, Error) && ReadNumber(Line, "liveliness", 0.0, 2.0, Liveliness, Error)
			&& ReadNumber(Line, "smooth", 0.0, 1.0, Smoothing, Error) && ReadNumber(Line, "stylestrength", 0.0, 2.0, Style, Error)
			&& ReadNumber(Line, "seed", 0.0, 9007199254740992.0, Seed, Error);
		if (!bRead)
		{
			return Error;
		}
		Out.Options.Strength = float(Strength);
		Out.Options.Liveliness = float(Liveliness);
		Out.Options.Smoothing = float(Smoothing);
		Out.Options.Seed = int64(Seed);
		Out.StyleStrength = float(Style);
		Out.Options.bHead = Line.Find("nohead") == nullptr;
		Out.Options.bEyes = Line.Find("noeyes") == nullptr;
		if (const std::string* Gains = Line.Find("gains"))
		{
			Out.Options.Gains = MetaFace::FromStd(*Gains);
		}
		if (const std::string* Fps = Line.Find("fps"))
		{
			const auto Rate = MetaFaceCore::ParseRate(*Fps);
			if (!Rate)
			{
				return TEXT("-fps: ") + MetaFace::FromStd(Rate.Error());
			}
			Out.Options.FrameRate = FFrameRate(Rate->Numerator, Rate->Denominator);
		}
		return Error;
	}

	/** Whose curves, from the line. Empty, or what cannot be used. */
	FString ReadCharacter(const MetaFaceCore::FBatchArguments& Line, MetaFace::FBatchSettings& Out)
	{
		const FString Skeleton = MetaFace::FromStd(*Line.Find("skeleton"));
		Out.Skeleton = TStrongObjectPtr<USkeleton>(LoadAsset<USkeleton>(Skeleton));
		if (!Out.Skeleton.IsValid())
		{
			return FString::Printf(TEXT("-Skeleton: %s is no skeleton: give the path of a Skeleton asset, such as /Game/Hero/Hero_Skeleton"), *Skeleton);
		}
		if (const std::string* Speaker = Line.Find("speaker"))
		{
			const FString Path = MetaFace::FromStd(*Speaker);
			if (Path.EndsWith(TEXT(".speaker")))
			{
				Out.Speaker = TStrongObjectPtr<UMetaFaceSpeaker>(NewObject<UMetaFaceSpeaker>(GetTransientPackage()));
				FString Error;
				if (!Out.Speaker->LoadFile(Path, Error))
				{
					return TEXT("-Speaker: ") + Error;
				}
			}
			else
			{
				Out.Speaker = TStrongObjectPtr<UMetaFaceSpeaker>(LoadAsset<UMetaFaceSpeaker>(Path));
			}
			if (!Out.Speaker.IsValid())
			{
				return FString::Printf(TEXT("-Speaker: %s is no speaker: give a MetaFace Speaker asset or a .speaker file"), *Path);
			}
		}
		if (const std::string* RigMap = Line.Find("rigmap"))
		{
			Out.CurveNames = EMetaFaceCurveNames::RigMap;
			if (!FFileHelper::LoadFileToString(Out.RigMapJson, *MetaFace::FromStd(*RigMap)))
			{
				return FString::Printf(TEXT("-RigMap: %s cannot be read"), *MetaFace::FromStd(*RigMap));
			}
		}
		return FString();
	}

	bool ReadNames(const std::string* Given, EMetaFaceCurveNames& Out)
	{
		const FString Name = Given == nullptr ? FString(TEXT("LiveLink")) : MetaFace::FromStd(*Given);
		struct FNamed
		{
			const TCHAR* Name;
			EMetaFaceCurveNames Value;
		};
		const FNamed Known[] = {
			{TEXT("LiveLink"), EMetaFaceCurveNames::LiveLink},
			{TEXT("Apple"), EMetaFaceCurveNames::Apple},
			{TEXT("MetaHuman"), EMetaFaceCurveNames::MetaHuman},
		};
		for (const FNamed& One : Known)
		{
			if (Name.Equals(One.Name, ESearchCase::IgnoreCase))
			{
				Out = One.Value;
				return true;
			}
		}
		return false;
	}
}

UMetaFaceCommandlet::UMetaFaceCommandlet()
{
	IsClient = false;
	IsServer = false;
	IsEditor = true;
	LogToConsole = true;
	ShowErrorCount = false;
	KeepExitCodeOf(*this);
	HelpDescription = TEXT("Animation sequences from sound waves");
	HelpUsage = MetaFace::FromStd(MetaFaceCore::BatchUsage());
}

int32 UMetaFaceCommandlet::Main(const FString& Params)
{
	const auto Line = MetaFaceCore::ParseBatchArguments(MetaFace::ToStd(Params));
	if (!Line)
	{
		return Leave(EBatchExit::WrongUsage, MetaFace::FromStd(Line.Error()));
	}
	if (Line->Find("help") != nullptr)
	{
		UE_LOG(LogMetaFace, Display, TEXT("%s"), *HelpUsage);
		return int32(EBatchExit::Done);
	}
	if (Line->Find("waves") == nullptr || Line->Find("skeleton") == nullptr)
	{
		return Leave(EBatchExit::WrongUsage, TEXT("-Waves= and -Skeleton= are wanted; -Help tells the rest"));
	}
	MetaFaceCore::FShard Shard;
	if (const std::string* Given = Line->Find("shard"))
	{
		const auto Part = MetaFaceCore::ParseShard(*Given);
		if (!Part)
		{
			return Leave(EBatchExit::WrongUsage, MetaFace::FromStd(Part.Error()));
		}
		Shard = *Part;
	}
	MetaFace::FBatchSettings Settings;
	Settings.bSave = true;
	Settings.bForce = Line->Find("force") != nullptr;
	Settings.Prefix = Line->Find("prefix") != nullptr ? MetaFace::FromStd(*Line->Find("prefix")) : TEXT("A_");
	Settings.Suffix = Line->Find("suffix") != nullptr ? MetaFace::FromStd(*Line->Find("suffix")) : TEXT("_Face");
	Settings.OutputFolder = Line->Find("out") != nullptr ? MetaFace::FromStd(*Line->Find("out")) : FString();
	if (!ReadNames(Line->Find("names"), Settings.CurveNames))
	{
		return Leave(EBatchExit::WrongUsage, TEXT("-Names= is LiveLink, Apple or MetaHuman; -RigMap= brings your own"));
	}
	const FString WrongOption = ReadOptions(*Line, Settings);
	if (!WrongOption.IsEmpty())
	{
		return Leave(EBatchExit::WrongUsage, WrongOption);
	}
	TArray<FString> Waves;
	for (const FString& Wrong : {ReadCharacter(*Line, Settings), FindWaves(*Line->Find("waves"), Waves)})
	{
		if (!Wrong.IsEmpty())
		{
			return Leave(EBatchExit::UnusableInput, Wrong);
		}
	}
	const auto [Begin, End] = MetaFaceCore::PartOf(size_t(Waves.Num()), Shard);
	UE_LOG(LogMetaFace, Display, TEXT("%d of %d waves (part %d of %d)"), int32(End - Begin), Waves.Num(), int32(Shard.Number), int32(Shard.Count));

	size_t Done = 0;
	size_t Failures = 0;
	for (size_t Index = Begin; Index < End && !IsEngineExitRequested(); ++Index)
	{
		const FString& Path = Waves[int32(Index)];
		if (Line->Find("dryrun") != nullptr)
		{
			const FString Sequence = MetaFace::SequencePackageFor(FPackageName::ObjectPathToPackageName(Path), Settings);
			UE_LOG(LogMetaFace, Display, TEXT("would make %s from %s"), *Sequence, *Path);
			continue;
		}
		USoundWave* Wave = LoadAsset<USoundWave>(Path);
		MetaFace::FLineReport Report;
		if (Wave == nullptr)
		{
			Report.Notes.Add(FString::Printf(TEXT("%s cannot be loaded: import it again"), *Path));
		}
		else
		{
			Report = MetaFace::MakeLine(*Wave, Settings, [](float) { return !IsEngineExitRequested(); });
		}
		const bool bFailed = Report.Result == MetaFace::ELineResult::Failed;
		const bool bCancelled = Report.Result == MetaFace::ELineResult::Cancelled;
		for (const FString& Note : Report.Notes)
		{
			if (bFailed)
			{
				UE_LOG(LogMetaFace, Error, TEXT("%s"), *Note);
			}
			else
			{
				UE_LOG(LogMetaFace, Warning, TEXT("%s: %s"), *Path, *Note);
			}
		}
		if (!bFailed && !bCancelled)
		{
			const TCHAR* Told = Report.Result == MetaFace::ELineResult::UpToDate ? TEXT("up to date") : TEXT("made");
			UE_LOG(LogMetaFace, Display, TEXT("[%d/%d] %s %s"), int32(Index - Begin + 1), int32(End - Begin), Told, *Report.Sequence);
		}
		Done += bFailed || bCancelled ? 0 : 1;
		Failures += bFailed ? 1 : 0;
		// A folder of thousands of waves is not held in memory.
		CollectGarbage(RF_NoFlags);
	}
	UE_LOG(LogMetaFace, Display, TEXT("%d done, %d failed"), int32(Done), int32(Failures));
	return int32(MetaFaceCore::ExitOf(Done, Failures, IsEngineExitRequested()));
}
