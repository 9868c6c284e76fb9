#include <doctest/doctest.h>

#include "AssetDefinition_MetaFaceSpeaker.h"
#include "MetaFaceBatch.h"
#include "MetaFaceClipFactory.h"
#include "MetaFaceCommandlet.h"
#include "MetaFaceContentMenu.h"
#include "MetaFaceCore/Voice.h"
#include "MetaFaceEditorSettings.h"
#include "MetaFaceSequenceWriter.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceSpeakerFactory.h"
#include "MetaFaceTakeInfo.h"
#include "Stage.h"

using namespace MetaFaceCore;

std::unique_ptr<IModuleInterface> ShimModule_MetaFaceEditor();

namespace
{
	USkeleton* HeroSkeleton() { return Asset<USkeleton>(TEXT("/Game/Hero/Hero_Skeleton")); }

	MetaFace::FBatchSettings Settings(const TCHAR* Folder)
	{
		MetaFace::FBatchSettings Made;
		Made.Skeleton = TStrongObjectPtr<USkeleton>(HeroSkeleton());
		Made.OutputFolder = Folder;
		Made.Prefix = TEXT("A_");
		return Made;
	}

	int RunCommandlet(const std::string& Line)
	{
		FShimLog::Lines.clear();
		UPackage::Saved.clear();
		return NewObject<UMetaFaceCommandlet>(nullptr)->Main(FString(ShimWide(Line.c_str()).c_str()));
	}

	const FFloatCurve& Curve(UAnimSequence& Sequence, const TCHAR* Name)
	{
		return Sequence.GetController().Model.Curves.at(Name);
	}
}

TEST_CASE("a wave becomes a sequence: one key for each frame, at its exact time, with its exact value")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Line"), LinePcm());
	auto Given = Settings(TEXT("/Game/Faces"));
	Given.Options.FrameRate = FFrameRate(24000, 1001);
	const auto Report = MetaFace::MakeLine(*Wave, Given, {});
	REQUIRE_MESSAGE(Report.Result == MetaFace::ELineResult::Made, Report.Notes.Num());
	CHECK(Narrow(Report.Sequence) == "/Game/Faces/A_Line");
	UAnimSequence* Sequence = MetaFace::FindSequence(Report.Sequence);
	REQUIRE(Sequence != nullptr);
	const IAnimationDataModel& Model = Sequence->GetController().Model;
	FHow How;
	How.Rate = {24000, 1001};
	const auto Take = FVoice::Open()->Animate(Line(), How, *FCurveNames::Make(ENaming::LiveLink));
	CHECK(Model.Rate.Numerator == 24000);
	CHECK(Model.Rate.Denominator == 1001);
	CHECK(Model.Frames == int32(Take->FrameCount()) - 1);
	CHECK(Model.Curves.size() == 61);
	CHECK(Model.bPopulated);
	CHECK(Sequence->GetSkeleton() == HeroSkeleton());
	CHECK(Sequence->GetOutermost()->bDirty);
	const auto& Keys = Curve(*Sequence, TEXT("JawOpen")).Keys;
	REQUIRE(Keys.Num() == int32(Take->FrameCount()));
	for (int32 Frame = 0; Frame < Keys.Num(); ++Frame)
	{
		REQUIRE(Keys[Frame].Time == float(double(Frame) * 1001.0 / 24000.0));
		REQUIRE(Keys[Frame].Value == Take->Values[size_t(Frame) * 61 + 17]);
		REQUIRE(Keys[Frame].InterpMode == RCIM_Linear);
	}
	const UMetaFaceTakeInfo* Info = MetaFace::TakeInfoOf(*Sequence);
	REQUIRE(Info != nullptr);
	CHECK(Narrow(Info->Source) == "/Game/Film/Line.Line");
}

TEST_CASE("what is up to date is not made again; other names replace ours and leave an artist's curves")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Twice"), LinePcm());
	auto Given = Settings(TEXT(""));
	CHECK(MetaFace::MakeLine(*Wave, Given, {}).Result == MetaFace::ELineResult::Made);
	CHECK(MetaFace::MakeLine(*Wave, Given, {}).Result == MetaFace::ELineResult::UpToDate);
	UAnimSequence* Sequence = MetaFace::FindSequence(TEXT("/Game/Film/A_Twice"));
	REQUIRE(Sequence != nullptr);
	Sequence->GetController().AddCurve(FAnimationCurveIdentifier(TEXT("Tears"), ERawCurveTrackTypes::RCT_Float));
	Given.CurveNames = EMetaFaceCurveNames::MetaHuman;
	CHECK(MetaFace::MakeLine(*Wave, Given, {}).Result == MetaFace::ELineResult::Made);
	const auto& Curves = Sequence->GetController().Model.Curves;
	CHECK(Curves.count(TEXT("Tears")) == 1);
	CHECK(Curves.count(TEXT("JawOpen")) == 0);
	CHECK(Curves.count(TEXT("CTRL_expressions_jawOpen")) == 1);
	CHECK(Curves.count(TEXT("HeadYaw")) == 1);
	Given.Options.Seed = 8;
	CHECK(MetaFace::MakeLine(*Wave, Given, {}).Result == MetaFace::ELineResult::Made);
	Given.bForce = true;
	CHECK(MetaFace::MakeLine(*Wave, Given, {}).Result == MetaFace::ELineResult::Made);
}

TEST_CASE("two sounds of one name do not overwrite each other's face, and a sound that moved keeps its own")
{
	auto Given = Settings(TEXT("/Game/Together"));
	USoundWave* First = ImportedWave(TEXT("/Game/Scene1/Hello"), LinePcm());
	USoundWave* Second = ImportedWave(TEXT("/Game/Scene2/Hello"), LinePcm());
	CHECK(MetaFace::MakeLine(*First, Given, {}).Result == MetaFace::ELineResult::Made);
	const auto Report = MetaFace::MakeLine(*Second, Given, {});
	CHECK(Report.Result == MetaFace::ELineResult::Failed);
	REQUIRE_FALSE(Report.Notes.IsEmpty());
	CHECK(Narrow(Report.Notes[0]).find("/Game/Scene1/Hello.Hello") != std::string::npos);
	UMetaFaceTakeInfo* Info = MetaFace::TakeInfoOf(*MetaFace::FindSequence(Report.Sequence));
	CHECK(Narrow(Info->Source) == "/Game/Scene1/Hello.Hello");
	Info->Source = TEXT("/Game/Elsewhere/Hello.Hello");
	Given.bForce = true;
	CHECK(MetaFace::MakeLine(*Second, Given, {}).Result == MetaFace::ELineResult::Made);
	CHECK(Narrow(Info->Source) == "/Game/Scene2/Hello.Hello");
}

TEST_CASE("a line that cannot be made leaves what is there as it is, and says why")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Bad"), LinePcm());
	auto Given = Settings(TEXT("/Game/Faces"));
	const auto Why = [&] {
		const auto Report = MetaFace::MakeLine(*Wave, Given, {});
		CHECK(Report.Result == MetaFace::ELineResult::Failed);
		return Report.Notes.IsEmpty() ? std::string() : Narrow(Report.Notes[0]);
	};
	Asset<USkeletalMesh>(TEXT("/Game/Faces/A_Bad"));
	CHECK(Why().find("another kind") != std::string::npos);
	Given.Prefix = TEXT("Not a name ");
	CHECK(Why().find("no place for an asset") != std::string::npos);
	Given.Prefix = TEXT("B_");
	Given.Options.Gains = TEXT("JawOpn=2");
	CHECK(Why().find("JawOpn") != std::string::npos);
	CHECK(MetaFace::FindSequence(TEXT("/Game/Faces/B_Bad")) == nullptr);
	Given.Options.Gains = TEXT("");
	Given.Options.FrameRate = FFrameRate(0, 0);
	CHECK_FALSE(Why().empty());
	Given.Options.FrameRate = FFrameRate(30, 1);
	Given.bSave = true;
	UPackage::bDiskIsFull = true;
	CHECK(Why().find("cannot be saved") != std::string::npos);
	UPackage::bDiskIsFull = false;
	Asset<UAnimSequence>(TEXT("/Game/Faces/C_Bad"))->SetSkeleton(Asset<USkeleton>(TEXT("/Game/Other")));
	Given.Prefix = TEXT("C_");
	CHECK(Why().find("another skeleton") != std::string::npos);
}

TEST_CASE("the Content Browser makes all waves, one bad wave stops no other, and the log sums up")
{
	ShimModule_MetaFaceEditor()->StartupModule();
	auto* Chosen = GetMutableDefault<UMetaFaceEditorSettings>();
	Chosen->Skeleton = {};
	UContentBrowserAssetContextMenuContext* Browser = NewObject<UContentBrowserAssetContextMenuContext>(nullptr);
	Browser->Selected = {ImportedWave(TEXT("/Game/Menu/One"), LinePcm()), ImportedWave(TEXT("/Game/Menu/Silent"), {}), HeroSkeleton(), ImportedWave(TEXT("/Game/Menu/Two"), LinePcm())};
	FToolMenuSection& Section = UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(nullptr)->FindOrAddSection("GetAssetActions");
	REQUIRE(Section.Dynamic.size() == 1);
	Section.Dynamic[0].Call(Section);
	const auto Click = [&] { Section.Entries.at("MetaFaceAnimate").ExecuteAction.Call({Browser}); };
	Click();
	REQUIRE(FMessageLog::Errors.size() == 1);
	CHECK(FMessageLog::Errors[0].find("Project Settings") != std::string::npos);

	Chosen->Skeleton = HeroSkeleton();
	Click();
	CHECK(FMessageLog::Errors.size() == 1);
	CHECK(FMessageLog::Errors[0].find("/Game/Menu/Silent") != std::string::npos);
	CHECK(FMessageLog::Last.rfind("2 made, 0 up to date, 1 failed, 3 waves", 0) == 0);
	CHECK(MetaFace::FindSequence(TEXT("/Game/Menu/A_Two_Face")) != nullptr);
	FScopedSlowTask::CancelAt = 1;
	Chosen->Options.Seed = 99;
	Click();
	FScopedSlowTask::CancelAt = -1;
	Chosen->Options.Seed = 7;
	CHECK(FMessageLog::Last.find("0 made") == 0);
	CHECK(FMessageLog::Last.find("cancelled") != std::string::npos);
	Click();
	CHECK(FMessageLog::Last.find("0 made, 2 up to date") == 0);
}

TEST_CASE("the icon that the editor shows is there")
{
	const auto Module = ShimModule_MetaFaceEditor();
	Module->StartupModule();
	REQUIRE_FALSE(FSlateStyleRegistry::Files.empty());
	CHECK(std::filesystem::exists(FSlateStyleRegistry::Files[0]));
	Module->ShutdownModule();
	CHECK(FSlateStyleRegistry::Files.empty());
}

TEST_CASE("the commandlet makes and saves a farm's part, and its exit code tells what happened")
{
	for (const TCHAR* Name : {TEXT("/Game/Farm/A"), TEXT("/Game/Farm/B"), TEXT("/Game/Farm/Deep/C")})
	{
		ImportedWave(Name, LinePcm());
	}
	HeroSkeleton();
	const std::string Line = "-run=MetaFace -Waves=/Game/Farm -Skeleton=/Game/Hero/Hero_Skeleton -Out=/Game/Made -unattended ";
	CHECK(NewObject<UMetaFaceCommandlet>(nullptr)->UseCommandletResultAsExitCode);
	CHECK(RunCommandlet("-help") == 0);
	CHECK(RunCommandlet("-Waves=/Game/Farm") == 2);
	CHECK(RunCommandlet(Line + "-Shard=4/3") == 2);
	CHECK(RunCommandlet(Line + "-Names=Klingon") == 2);
	CHECK(RunCommandlet(Line + "-Strength=7") == 2);
	CHECK(RunCommandlet(Line + "-Fps=fast") == 2);
	CHECK(RunCommandlet(Line + "-Speaker=/Game/Nobody") == 3);
	CHECK(RunCommandlet("-Waves=/Game/Nothing -Skeleton=/Game/Hero/Hero_Skeleton") == 3);
	CHECK(FShimLog::Said("/Game/Nothing"));
	CHECK(RunCommandlet(Line + "-DryRun") == 0);
	CHECK(UPackage::Saved.empty());

	CHECK(RunCommandlet(Line + "-Shard=2/2 -Speaker=" + (Samples / "speakers/mumbler.speaker").string()) == 0);
	CHECK(UPackage::Saved == std::vector<std::string>{"/Game/Made/A_B_Face.uasset", "/Game/Made/A_C_Face.uasset"});
	CHECK(RunCommandlet(Line + "-Waves=/Game/Farm/A,/Game/Farm/A.A -Fps=23.976 -Seed=12 -Suffix=_X -Prefix=Y_") == 0);
	CHECK(UPackage::Saved == std::vector<std::string>{"/Game/Made/Y_A_X.uasset"});
	CHECK(MetaFace::FindSequence(TEXT("/Game/Made/Y_A_X"))->GetController().Model.Rate.Numerator == 24000);

	ImportedWave(TEXT("/Game/Farm/Mute"), {});
	CHECK(RunCommandlet(Line) == 6);
	CHECK(UPackage::Saved.size() == 3);
	CHECK(RunCommandlet(Line) == 6);
	CHECK(UPackage::Saved.empty());
	CHECK(FShimLog::Said("up to date /Game/Made/A_A_Face"));
	CHECK(RunCommandlet(Line + "-Waves=/Game/Farm/Mute") == 7);
	bShimExitRequested = true;
	CHECK(RunCommandlet(Line + "-Force") == 8);
	bShimExitRequested = false;
}

TEST_CASE("a .speaker file becomes an asset that says whose it is and what they agreed to, and is read again")
{
	FScratch Scratch;
	const auto File = Scratch.Folder / "Sprécher.speaker";
	std::filesystem::copy_file(Samples / "speakers/theatrical.speaker", File);
	UMetaFaceSpeakerFactory* Factory = NewObject<UMetaFaceSpeakerFactory>(nullptr);
	FFeedbackContext Told;
	bool bCancelled = true;
	UPackage* In = CreatePackage(TEXT("/Game/Cast/Anna"));
	const auto Import = [&](const std::filesystem::path& From) {
		return Cast<UMetaFaceSpeaker>(Factory->FactoryCreateFile(UMetaFaceSpeaker::StaticClass(), In, TEXT("Anna"), RF_Public, Wide(From), nullptr, &Told, bCancelled));
	};
	UMetaFaceSpeaker* Speaker = Import(File);
	REQUIRE(Speaker != nullptr);
	CHECK_FALSE(bCancelled);
	CHECK(Narrow(Speaker->Consent).find("synthetic") != std::string::npos);
	FShimLog::Lines.clear();
	CHECK(Import(Scratch.Folder / "none.speaker") == nullptr);
	CHECK(FShimLog::Said("none.speaker"));

	TArray<FString> Sources;
	CHECK(Factory->CanReimport(Speaker, Sources));
	CHECK(Sources[0] == Wide(File));
	std::filesystem::copy_file(Samples / "speakers/mumbler.speaker", File, std::filesystem::copy_options::overwrite_existing);
	CHECK(Factory->Reimport(Speaker) == EReimportResult::Succeeded);
	CHECK(Narrow(Speaker->SpeakerName) == "mumbler");
	std::ofstream(File) << "broken";
	CHECK(Factory->Reimport(Speaker) == EReimportResult::Failed);
	CHECK(Narrow(Speaker->SpeakerName) == "mumbler");
	CHECK_FALSE(Factory->CanReimport(HeroSkeleton(), Sources));

	const auto* Look = NewObject<UAssetDefinition_MetaFaceSpeaker>(nullptr);
	FAssetData Data{Speaker, {{FName(TEXT("SpeakerName")), TEXT("anna")}}};
	CHECK(Narrow(Look->GetAssetDescription(Data).ToString()) == "anna talks like this. Consent: not stated");
	CHECK(Look->GetAssetClass().Class == UMetaFaceSpeaker::StaticClass());
}

TEST_CASE("a capture is imported as a sequence, and other tables are left to the engine")
{
	FScratch Scratch;
	const auto Capture = Scratch.Folder / "take.csv";
	std::ofstream Writer(Capture);
	Writer << "Timecode,BlendShapeCount,JawOpen,HeadYaw\n";
	for (int Frame = 0; Frame < 60; ++Frame)
	{
		Writer << "01:00:00:" << (Frame < 10 ? "0" : "") << Frame << ".000,2," << 0.0078125 * Frame << ",0.25\n";
	}
	Writer.close();
	std::ofstream(Scratch.Folder / "table.csv") << "Name,Price\nSword,3\n";
	std::ofstream(Scratch.Folder / "broken.csv") << "Timecode,BlendShapeCount,JawOpen\nnever,2,x\n";
	UMetaFaceClipFactory* Factory = NewObject<UMetaFaceClipFactory>(nullptr);
	CHECK(Factory->FactoryCanImport(Wide(Capture)));
	CHECK_FALSE(Factory->FactoryCanImport(Wide(Scratch.Folder / "table.csv")));
	CHECK_FALSE(Factory->FactoryCanImport(Wide(Scratch.Folder / "none.csv")));
	CHECK(Factory->ImportPriority > UFactory::DefaultImportPriority);
	UMetaFaceAudio2FaceFactory* Audio2Face = NewObject<UMetaFaceAudio2FaceFactory>(nullptr);
	std::ofstream(Scratch.Folder / "table.json") << "[{\"Name\": \"Sword\"}]";
	std::ofstream(Scratch.Folder / "face.json") << "{\"exportFps\": 30, \"numFrames\": 0}";
	CHECK(Audio2Face->FactoryCanImport(Wide(Scratch.Folder / "face.json")));
	CHECK_FALSE(Audio2Face->FactoryCanImport(Wide(Scratch.Folder / "table.json")));
	CHECK(Audio2Face->ImportPriority > UFactory::DefaultImportPriority);
	CHECK(Audio2Face->Formats.Num() == 1);

	FFeedbackContext Told;
	bool bCancelled = false;
	UPackage* In = CreatePackage(TEXT("/Game/Captures/Take"));
	const auto Import = [&](const char* Name) {
		FShimLog::Lines.clear();
		return Cast<UAnimSequence>(Factory->FactoryCreateFile(UAnimSequence::StaticClass(), In, TEXT("Take"), RF_Public, Wide(Scratch.Folder / Name), nullptr, &Told, bCancelled));
	};
	auto* Chosen = GetMutableDefault<UMetaFaceEditorSettings>();
	Chosen->Skeleton = {};
	CHECK(Import("take.csv") == nullptr);
	CHECK(FShimLog::Said("Project Settings"));
	Chosen->Skeleton = HeroSkeleton();
	CHECK(Import("broken.csv") == nullptr);
	CHECK(FShimLog::Said("broken.csv"));
	UAnimSequence* Sequence = Import("take.csv");
	REQUIRE(Sequence != nullptr);
	CHECK(Curve(*Sequence, TEXT("HeadYaw")).Keys[0].Value == 0.25f);
	CHECK(Curve(*Sequence, TEXT("JawOpen")).Keys[10].Value == 0.078125f);
	CHECK(MetaFace::TakeInfoOf(*Sequence)->StartFrame > 0.0);
}
