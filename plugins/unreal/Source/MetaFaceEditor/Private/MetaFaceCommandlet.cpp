// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCommandlet.h"

#include "Animation/Skeleton.h"
#include "AssetRegistry/ARFilter.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "AssetRegistry/IAssetRegistry.h"
#include "MetaFaceBatch.h"
#include "MetaFaceCore/Batch.h"
#include "MetaFaceCore/Animator.h"
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
	 * Without this, any logged error changes the exit code to the engine's 1. The oldest supported
	 * engines do not have this setting.
	 */
	template <typename CommandletType>
	void KeepExitCodeOf(CommandletType& Commandlet)
	{
		if constexpr (requires { Commandlet.UseCommandletResultAsExitCode; })
		{
			Commandlet.UseCommandletResultAsExitCode = true;
		}
	}

	int32 ExitWithError(EBatchExit Exit, const FString& Reason)
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

	/** Finds the sound waves of folders and paths, each once, sorted by name so that all machines agree. */
	FString FindWaves(const std::string& List, TArray<FString>& Out)
	{
		IAssetRegistry& Registry = FModuleManager::LoadModuleChecked<FAssetRegistryModule>("AssetRegistry").Get();
		Registry.SearchAllAssets(true);
		for (const std::string& Item : MetaFaceCore::SplitList(List))
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
				return FString::Printf(TEXT("-Waves: %s is neither a sound wave nor a folder with sound waves: check the path"), *Path);
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
		const FString Text = MetaFace::FromStd(*Value);
		if (!Text.IsNumeric() || FCString::Atod(*Text) < Low || FCString::Atod(*Text) > High)
		{
			OutError = FString::Printf(TEXT("-%s=%s: give a number from %g to %g"), *MetaFace::FromStd(Key), *Text, Low, High);
			return false;
		}
		Number = FCString::Atod(*Text);
		return true;
	}

	bool ReadWhole(const MetaFaceCore::FBatchArguments& Line, const char* Key, int64& Number, FString& OutError)
	{
		// 2^53: every whole number up to it is exact as a double.
		constexpr double Highest = 9007199254740992.0;
		double Read = double(Number);
		const bool bRead = ReadNumber(Line, Key, 0.0, Highest, Read, OutError);
		Number = int64(Read);
		return bRead;
	}

	bool ReadRate(const MetaFaceCore::FBatchArguments& Line, const char* Key, FFrameRate& FrameRate, FString& OutError)
	{
		const std::string* Value = Line.Find(Key);
		if (Value == nullptr)
		{
			return true;
		}
		const auto Rate = MetaFaceCore::ParseRate(*Value);
		if (!Rate)
		{
			OutError = FString::Printf(TEXT("-%s: %s"), *MetaFace::FromStd(Key), *MetaFace::FromStd(Rate.Error()));
			return false;
		}
		FrameRate = FFrameRate(Rate->Numerator, Rate->Denominator);
		return true;
	}

	void ReadText(const MetaFaceCore::FBatchArguments& Line, const char* Key, FString& Text)
	{
		if (const std::string* Value = Line.Find(Key))
		{
			Text = MetaFace::FromStd(*Value);
		}
	}

	/** Reads the animation options. Returns an error message, or an empty string. */
	FString ReadOptions(const MetaFaceCore::FBatchArguments& Line, MetaFace::FBatchSettings& Out)
	{
		FString Error;
		double Style = 1.0;
		if (!ReadNumber(Line, "stylestrength", 0.0, 2.0, Style, Error))
		{
			return Error;
		}
		Out.StyleStrength = float(Style);
		// options:arguments (written by cargo xtask options)
		if (!ReadRate(Line, "fps", Out.Options.FrameRate, Error))
		{
			return Error;
		}
		if (!ReadNumber(Line, "strength", 0.0, 2.0, Out.Options.Strength, Error))
		{
			return Error;
		}
		if (!ReadNumber(Line, "liveliness", 0.0, 2.0, Out.Options.Liveliness, Error))
		{
			return Error;
		}
		ReadText(Line, "gains", Out.Options.Gains);
		if (!ReadNumber(Line, "smoothing", 0.0, 1.0, Out.Options.Smoothing, Error))
		{
			return Error;
		}
		if (!ReadWhole(Line, "seed", Out.Options.Seed, Error))
		{
			return Error;
		}
		Out.Options.bHead = Line.Find("nohead") == nullptr;
		Out.Options.bEyes = Line.Find("noeyes") == nullptr;
		// options:end
		return Error;
	}

	/** Reads the skeleton, the speaker and the rig map. Returns an error message, or an empty string. */
	FString ReadCharacter(const MetaFaceCore::FBatchArguments& Line, MetaFace::FBatchSettings& Out)
	{
		const FString Skeleton = MetaFace::FromStd(*Line.Find("skeleton"));
		Out.Skeleton = TStrongObjectPtr<USkeleton>(LoadAsset<USkeleton>(Skeleton));
		if (!Out.Skeleton.IsValid())
		{
			return FString::Printf(TEXT("-Skeleton: %s is not a skeleton: give the path of a Skeleton asset, such as /Game/Hero/Hero_Skeleton"), *Skeleton);
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
				return FString::Printf(TEXT("-Speaker: %s is not a speaker: give a MetaFace Speaker asset or a .speaker file"), *Path);
			}
		}
		if (const std::string* RigMap = Line.Find("rigmap"))
		{
			Out.CurveNames = EMetaFaceCurveNames::RigMap;
			if (!FFileHelper::LoadFileToString(Out.RigMapJson, *MetaFace::FromStd(*RigMap)))
			{
				return FString::Printf(TEXT("-RigMap: %s cannot be read: check the path"), *MetaFace::FromStd(*RigMap));
			}
		}
		return FString();
	}

	bool ReadNames(const std::string* Value, EMetaFaceCurveNames& Out)
	{
		const FString Name = Value == nullptr ? FString(TEXT("LiveLink")) : MetaFace::FromStd(*Value);
		struct FNamedConvention
		{
			const TCHAR* Name;
			EMetaFaceCurveNames CurveNames;
		};
		const FNamedConvention Known[] = {
			{TEXT("LiveLink"), EMetaFaceCurveNames::LiveLink},
			{TEXT("Apple"), EMetaFaceCurveNames::Apple},
			{TEXT("MetaHuman"), EMetaFaceCurveNames::MetaHuman},
		};
		for (const FNamedConvention& Convention : Known)
		{
			if (Name.Equals(Convention.Name, ESearchCase::IgnoreCase))
			{
				Out = Convention.CurveNames;
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
		return ExitWithError(EBatchExit::WrongUsage, MetaFace::FromStd(Line.Error()));
	}
	if (Line->Find("help") != nullptr)
	{
		UE_LOG(LogMetaFace, Display, TEXT("%s"), *HelpUsage);
		return int32(EBatchExit::Done);
	}
	if (Line->Find("waves") == nullptr || Line->Find("skeleton") == nullptr)
	{
		return ExitWithError(EBatchExit::WrongUsage, TEXT("Give -Waves= and -Skeleton=; -Help lists all arguments"));
	}
	MetaFaceCore::FShard Shard;
	if (const std::string* ShardText = Line->Find("shard"))
	{
		const auto Part = MetaFaceCore::ParseShard(*ShardText);
		if (!Part)
		{
			return ExitWithError(EBatchExit::WrongUsage, MetaFace::FromStd(Part.Error()));
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
		return ExitWithError(EBatchExit::WrongUsage, TEXT("-Names= takes LiveLink, Apple or MetaHuman; use -RigMap= for your own names"));
	}
	const FString OptionError = ReadOptions(*Line, Settings);
	if (!OptionError.IsEmpty())
	{
		return ExitWithError(EBatchExit::WrongUsage, OptionError);
	}
	TArray<FString> Waves;
	for (const FString& InputError : {ReadCharacter(*Line, Settings), FindWaves(*Line->Find("waves"), Waves)})
	{
		if (!InputError.IsEmpty())
		{
			return ExitWithError(EBatchExit::UnusableInput, InputError);
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
		MetaFace::FWaveReport Report;
		if (Wave == nullptr)
		{
			Report.Notes.Add(FString::Printf(TEXT("%s cannot be loaded: import it again"), *Path));
		}
		else
		{
			Report = MetaFace::AnimateWave(*Wave, Settings, [](float) { return !IsEngineExitRequested(); });
		}
		const bool bFailed = Report.Result == MetaFace::EWaveResult::Failed;
		const bool bCancelled = Report.Result == MetaFace::EWaveResult::Cancelled;
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
			const TCHAR* Result = Report.Result == MetaFace::EWaveResult::UpToDate ? TEXT("up to date") : TEXT("made");
			UE_LOG(LogMetaFace, Display, TEXT("[%d/%d] %s %s"), int32(Index - Begin + 1), int32(End - Begin), Result, *Report.Sequence);
		}
		Done += bFailed || bCancelled ? 0 : 1;
		Failures += bFailed ? 1 : 0;
		// Frees each wave, so that thousands of waves do not fill the memory.
		CollectGarbage(RF_NoFlags);
	}
	UE_LOG(LogMetaFace, Display, TEXT("%d done, %d failed"), int32(Done), int32(Failures));
	return int32(MetaFaceCore::ExitOf(Done, Failures, IsEngineExitRequested()));
}
