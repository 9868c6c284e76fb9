#include <doctest/doctest.h>

#include "ActorFixture.h"
#include "AssetDefinition_MetaFaceSpeaker.h"
#include "MetaFaceBatch.h"
#include "MetaFaceClipFactory.h"
#include "MetaFaceCommandlet.h"
#include "MetaFaceContentMenu.h"
#include "MetaFaceCore/Animator.h"
#include "MetaFaceEditorSettings.h"
#include "MetaFaceSequenceWriter.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceSpeakerFactory.h"
#include "MetaFaceTakeInfo.h"

using namespace MetaFaceCore;

std::unique_ptr<IModuleInterface> ShimModule_MetaFaceEditor();

namespace
{
	USkeleton* HeroSkeleton() { return Asset<USkeleton>(TEXT("/Game/Hero/Hero_Skeleton")); }

	MetaFace::FBatchSettings Settings(const TCHAR* Folder)
	{
		MetaFace::FBatchSettings BatchSettings;
		BatchSettings.Skeleton = TStrongObjectPtr<USkeleton>(HeroSkeleton());
		BatchSettings.OutputFolder = Folder;
		BatchSettings.Prefix = TEXT("A_");
		return BatchSettings;
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

TEST_CASE("a wave becomes a sequence with one key per frame, at its exact time and with its exact value")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Line"), LinePcm());
	auto BatchSettings = Settings(TEXT("/Game/Faces"));
	BatchSettings.Options.FrameRate = FFrameRate(24000, 1001);
	const auto Report = MetaFace::AnimateWave(*Wave, BatchSettings, {});
	REQUIRE_MESSAGE(Report.Result == MetaFace::EWaveResult::Made, Report.Notes.Num());
	CHECK(Narrow(Report.Sequence) == "/Game/Faces/A_Line");
	UAnimSequence* Sequence = MetaFace::FindSequence(Report.Sequence);
	REQUIRE(Sequence != nullptr);
	const IAnimationDataModel& Model = Sequence->GetController().Model;
	FAnimationOptions Options;
	Options.FrameRate = {24000, 1001};
	const auto Take = FAnimator::Open()->Animate(Line(), Options, *FCurveNames::Make(ENaming::LiveLink));
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

TEST_CASE("a sequence that is up to date is not made again; new curve names replace MetaFace's curves and keep the artist's")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Twice"), LinePcm());
	auto BatchSettings = Settings(TEXT(""));
	CHECK(MetaFace::AnimateWave(*Wave, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
	CHECK(MetaFace::AnimateWave(*Wave, BatchSettings, {}).Result == MetaFace::EWaveResult::UpToDate);
	UAnimSequence* Sequence = MetaFace::FindSequence(TEXT("/Game/Film/A_Twice"));
	REQUIRE(Sequence != nullptr);
	Sequence->GetController().AddCurve(FAnimationCurveIdentifier(TEXT("Tears"), ERawCurveTrackTypes::RCT_Float));
	BatchSettings.CurveNames = EMetaFaceCurveNames::MetaHuman;
	CHECK(MetaFace::AnimateWave(*Wave, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
	const auto& Curves = Sequence->GetController().Model.Curves;
	CHECK(Curves.count(TEXT("Tears")) == 1);
	CHECK(Curves.count(TEXT("JawOpen")) == 0);
	CHECK(Curves.count(TEXT("CTRL_expressions_jawOpen")) == 1);
	CHECK(Curves.count(TEXT("HeadYaw")) == 1);
	BatchSettings.Options.Seed = 8;
	CHECK(MetaFace::AnimateWave(*Wave, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
	BatchSettings.bForce = true;
	CHECK(MetaFace::AnimateWave(*Wave, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
}

TEST_CASE("two sounds with the same name do not overwrite each other's sequence, and a moved sound keeps its sequence")
{
	auto BatchSettings = Settings(TEXT("/Game/Together"));
	USoundWave* First = ImportedWave(TEXT("/Game/Scene1/Hello"), LinePcm());
	USoundWave* Second = ImportedWave(TEXT("/Game/Scene2/Hello"), LinePcm());
	CHECK(MetaFace::AnimateWave(*First, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
	const auto Report = MetaFace::AnimateWave(*Second, BatchSettings, {});
	CHECK(Report.Result == MetaFace::EWaveResult::Failed);
	REQUIRE_FALSE(Report.Notes.IsEmpty());
	CHECK(Narrow(Report.Notes[0]).find("/Game/Scene1/Hello.Hello") != std::string::npos);
	UMetaFaceTakeInfo* Info = MetaFace::TakeInfoOf(*MetaFace::FindSequence(Report.Sequence));
	CHECK(Narrow(Info->Source) == "/Game/Scene1/Hello.Hello");
	Info->Source = TEXT("/Game/Elsewhere/Hello.Hello");
	BatchSettings.bForce = true;
	CHECK(MetaFace::AnimateWave(*Second, BatchSettings, {}).Result == MetaFace::EWaveResult::Made);
	CHECK(Narrow(Info->Source) == "/Game/Scene2/Hello.Hello");
}

TEST_CASE("a failed wave changes nothing and reports the error")
{
	USoundWave* Wave = ImportedWave(TEXT("/Game/Film/Bad"), LinePcm());
	auto BatchSettings = Settings(TEXT("/Game/Faces"));
	const auto Error = [&] {
		const auto Report = MetaFace::AnimateWave(*Wave, BatchSettings, {});
		CHECK(Report.Result == MetaFace::EWaveResult::Failed);
		return Report.Notes.IsEmpty() ? std::string() : Narrow(Report.Notes[0]);
	};
	Asset<USkeletalMesh>(TEXT("/Game/Faces/A_Bad"));
	CHECK(Error().find("not an animation sequence") != std::string::npos);
	BatchSettings.Prefix = TEXT("Not a name ");
	CHECK(Error().find("not a valid asset path") != std::string::npos);
	BatchSettings.Prefix = TEXT("B_");
	BatchSettings.Options.Gains = TEXT("JawOpn=2");
	CHECK(Error().find("JawOpn") != std::string::npos);
	CHECK(MetaFace::FindSequence(TEXT("/Game/Faces/B_Bad")) == nullptr);
	BatchSettings.Options.Gains = TEXT("");
	BatchSettings.Options.FrameRate = FFrameRate(0, 0);
	CHECK_FALSE(Error().empty());
	BatchSettings.Options.FrameRate = FFrameRate(30, 1);
	BatchSettings.bSave = true;
	UPackage::bDiskIsFull = true;
	CHECK(Error().find("cannot be saved") != std::string::npos);
	UPackage::bDiskIsFull = false;
	Asset<UAnimSequence>(TEXT("/Game/Faces/C_Bad"))->SetSkeleton(Asset<USkeleton>(TEXT("/Game/Other")));
	BatchSettings.Prefix = TEXT("C_");
	CHECK(Error().find("another skeleton") != std::string::npos);
}

TEST_CASE("the Content Browser animates all waves, continues after a failed wave and logs a summary")
{
	ShimModule_MetaFaceEditor()->StartupModule();
	auto* ProjectSettings = GetMutableDefault<UMetaFaceEditorSettings>();
	ProjectSettings->Skeleton = {};
	UContentBrowserAssetContextMenuContext* Browser = NewObject<UContentBrowserAssetContextMenuContext>(nullptr);
	Browser->Selected = {ImportedWave(TEXT("/Game/Menu/One"), LinePcm()), ImportedWave(TEXT("/Game/Menu/Silent"), {}), HeroSkeleton(), ImportedWave(TEXT("/Game/Menu/Two"), LinePcm())};
	FToolMenuSection& Section = UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(nullptr)->FindOrAddSection("GetAssetActions");
	REQUIRE(Section.Dynamic.size() == 1);
	Section.Dynamic[0].Call(Section);
	const auto Click = [&] { Section.Entries.at("MetaFaceAnimate").ExecuteAction.Call({Browser}); };
	Click();
	REQUIRE(FMessageLog::Errors.size() == 1);
	CHECK(FMessageLog::Errors[0].find("Project Settings") != std::string::npos);

	ProjectSettings->Skeleton = HeroSkeleton();
	Click();
	CHECK(FMessageLog::Errors.size() == 1);
	CHECK(FMessageLog::Errors[0].find("/Game/Menu/Silent") != std::string::npos);
	CHECK(FMessageLog::Last.rfind("2 made, 0 up to date, 1 failed, 3 waves", 0) == 0);
	CHECK(MetaFace::FindSequence(TEXT("/Game/Menu/A_Two_Face")) != nullptr);
	FScopedSlowTask::CancelAt = 1;
	ProjectSettings->Options.Seed = 99;
	Click();
	FScopedSlowTask::CancelAt = -1;
	ProjectSettings->Options.Seed = 7;
	CHECK(FMessageLog::Last.find("0 made") == 0);
	CHECK(FMessageLog::Last.find("cancelled") != std::string::npos);
	Click();
	CHECK(FMessageLog::Last.find("0 made, 2 up to date") == 0);
}

TEST_CASE("the editor's icon exists")
{
	const auto Module = ShimModule_MetaFaceEditor();
	Module->StartupModule();
	REQUIRE_FALSE(FSlateStyleRegistry::Files.empty());
	CHECK(std::filesystem::exists(FSlateStyleRegistry::Files[0]));
	Module->ShutdownModule();
	CHECK(FSlateStyleRegistry::Files.empty());
}

TEST_CASE("the commandlet makes and saves one shard, and its exit code gives the result")
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
	CHECK(RunCommandlet(Line + "-Speaker=/Game/Missing") == 3);
	CHECK(RunCommandlet("-Waves=/Game/Nothing -Skeleton=/Game/Hero/Hero_Skeleton") == 3);
	CHECK(FShimLog::Contains("/Game/Nothing"));
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
	CHECK(FShimLog::Contains("up to date /Game/Made/A_A_Face"));
	CHECK(RunCommandlet(Line + "-Waves=/Game/Farm/Mute") == 7);
	bShimExitRequested = true;
	CHECK(RunCommandlet(Line + "-Force") == 8);
	bShimExitRequested = false;
}

TEST_CASE("a .speaker file becomes an asset with name and consent, and can be reimported")
{
	FTemporaryFolder Temporary;
	const auto File = Temporary.Folder / "Sprécher.speaker";
	std::filesystem::copy_file(Samples / "speakers/theatrical.speaker", File);
	UMetaFaceSpeakerFactory* Factory = NewObject<UMetaFaceSpeakerFactory>(nullptr);
	FFeedbackContext Feedback;
	bool bCancelled = true;
	UPackage* Package = CreatePackage(TEXT("/Game/Cast/Anna"));
	const auto Import = [&](const std::filesystem::path& Source) {
		return Cast<UMetaFaceSpeaker>(Factory->FactoryCreateFile(UMetaFaceSpeaker::StaticClass(), Package, TEXT("Anna"), RF_Public, Wide(Source), nullptr, &Feedback, bCancelled));
	};
	UMetaFaceSpeaker* Speaker = Import(File);
	REQUIRE(Speaker != nullptr);
	CHECK_FALSE(bCancelled);
	CHECK(Narrow(Speaker->Consent).find("synthetic") != std::string::npos);
	FShimLog::Lines.clear();
	CHECK(Import(Temporary.Folder / "none.speaker") == nullptr);
	CHECK(FShimLog::Contains("none.speaker"));

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

	const auto* Definition = NewObject<UAssetDefinition_MetaFaceSpeaker>(nullptr);
	FAssetData Data{Speaker, {{FName(TEXT("SpeakerName")), TEXT("anna")}}};
	CHECK(Narrow(Definition->GetAssetDescription(Data).ToString()) == "Speaker: anna. Consent: not stated");
	CHECK(Definition->GetAssetClass().Class == UMetaFaceSpeaker::StaticClass());
}

TEST_CASE("a capture is imported as a sequence, and other tables are not")
{
	FTemporaryFolder Temporary;
	const auto Capture = Temporary.Folder / "take.csv";
	std::ofstream Writer(Capture);
	Writer << "Timecode,BlendShapeCount,JawOpen,HeadYaw\n";
	for (int Frame = 0; Frame < 60; ++Frame)
	{
		Writer << "01:00:00:" << (Frame < 10 ? "0" : "") << Frame << ".000,2," << 0.0078125 * Frame << ",0.25\n";
	}
	Writer.close();
	std::ofstream(Temporary.Folder / "table.csv") << "Name,Price\nSword,3\n";
	std::ofstream(Temporary.Folder / "broken.csv") << "Timecode,BlendShapeCount,JawOpen\nnever,2,x\n";
	UMetaFaceClipFactory* Factory = NewObject<UMetaFaceClipFactory>(nullptr);
	CHECK(Factory->FactoryCanImport(Wide(Capture)));
	CHECK_FALSE(Factory->FactoryCanImport(Wide(Temporary.Folder / "table.csv")));
	CHECK_FALSE(Factory->FactoryCanImport(Wide(Temporary.Folder / "none.csv")));
	CHECK(Factory->ImportPriority > UFactory::DefaultImportPriority);
	UMetaFaceAudio2FaceFactory* Audio2Face = NewObject<UMetaFaceAudio2FaceFactory>(nullptr);
	std::ofstream(Temporary.Folder / "table.json") << "[{\"Name\": \"Sword\"}]";
	std::ofstream(Temporary.Folder / "face.json") << "{\"exportFps\": 30, \"numFrames\": 0}";
	CHECK(Audio2Face->FactoryCanImport(Wide(Temporary.Folder / "face.json")));
	CHECK_FALSE(Audio2Face->FactoryCanImport(Wide(Temporary.Folder / "table.json")));
	CHECK(Audio2Face->ImportPriority > UFactory::DefaultImportPriority);
	CHECK(Audio2Face->Formats.Num() == 1);

	FFeedbackContext Feedback;
	bool bCancelled = false;
	UPackage* Package = CreatePackage(TEXT("/Game/Captures/Take"));
	const auto Import = [&](const char* Name) {
		FShimLog::Lines.clear();
		return Cast<UAnimSequence>(Factory->FactoryCreateFile(UAnimSequence::StaticClass(), Package, TEXT("Take"), RF_Public, Wide(Temporary.Folder / Name), nullptr, &Feedback, bCancelled));
	};
	auto* ProjectSettings = GetMutableDefault<UMetaFaceEditorSettings>();
	ProjectSettings->Skeleton = {};
	CHECK(Import("take.csv") == nullptr);
	CHECK(FShimLog::Contains("Project Settings"));
	ProjectSettings->Skeleton = HeroSkeleton();
	CHECK(Import("broken.csv") == nullptr);
	CHECK(FShimLog::Contains("broken.csv"));
	UAnimSequence* Sequence = Import("take.csv");
	REQUIRE(Sequence != nullptr);
	CHECK(Curve(*Sequence, TEXT("HeadYaw")).Keys[0].Value == 0.25f);
	CHECK(Curve(*Sequence, TEXT("JawOpen")).Keys[10].Value == 0.078125f);
	CHECK(MetaFace::TakeInfoOf(*Sequence)->StartFrame > 0.0);
}
