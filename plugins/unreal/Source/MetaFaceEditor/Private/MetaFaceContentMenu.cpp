// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceContentMenu.h"

#include "ContentBrowserMenuContexts.h"
#include "Logging/MessageLog.h"
#include "MetaFaceBatch.h"
#include "MetaFaceEditorSettings.h"
#include "Misc/ScopedSlowTask.h"
#include "Sound/SoundWave.h"
#include "ToolMenus.h"

#define LOCTEXT_NAMESPACE "MetaFace"

namespace MetaFace
{
	namespace
	{
		void AnimateSelected(const FToolMenuContext& Context)
		{
			if (const UContentBrowserAssetContextMenuContext* Browser = UContentBrowserAssetContextMenuContext::FindContextWithAssets(Context))
			{
				AnimateWaves(Browser->LoadSelectedObjects<USoundWave>());
			}
		}

		void AddEntry(FToolMenuSection& Section)
		{
			FToolUIAction Action;
			Action.ExecuteAction = FToolMenuExecuteAction::CreateStatic(&AnimateSelected);
			Section.AddMenuEntry("MetaFaceAnimate", LOCTEXT("Animate", "Animate Faces (MetaFace)"),
				LOCTEXT("AnimateTip", "Makes a facial animation sequence for each sound wave, with the settings of Project Settings > Plugins > MetaFace"),
				FSlateIcon("MetaFaceStyle", "MetaFace.Icon"), Action);
		}
	}

	void ExtendContentMenu()
	{
		UToolMenu* Menu = UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(USoundWave::StaticClass());
		FToolMenuSection& Section = Menu->FindOrAddSection("GetAssetActions");
		Section.AddDynamicEntry(NAME_None, FNewToolMenuSectionDelegate::CreateStatic(&AddEntry));
	}

	void AnimateWaves(const TArray<USoundWave*>& Waves)
	{
		FMessageLog Log(MessageLogName);
		Log.NewPage(LOCTEXT("Page", "Animate Faces"));
		FBatchSettings Settings;
		const FString SettingsError = SettingsFrom(*GetDefault<UMetaFaceEditorSettings>(), Settings);
		if (!SettingsError.IsEmpty())
		{
			Log.Error(FText::FromString(SettingsError));
			Log.Open(EMessageSeverity::Error, true);
			return;
		}
		FScopedSlowTask Task(float(Waves.Num()), LOCTEXT("Animating", "Animating faces"));
		Task.MakeDialog(true);
		int32 Made = 0;
		int32 UpToDate = 0;
		int32 Failures = 0;
		bool bCancelled = false;
		for (USoundWave* Wave : Waves)
		{
			if (Wave == nullptr)
			{
				continue;
			}
			Task.EnterProgressFrame(1.0f, FText::FromString(Wave->GetName()));
			const FWaveReport Report = AnimateWave(*Wave, Settings, [&Task](float) { return !Task.ShouldCancel(); });
			bCancelled = Report.Result == EWaveResult::Cancelled || Task.ShouldCancel();
			Made += Report.Result == EWaveResult::Made ? 1 : 0;
			UpToDate += Report.Result == EWaveResult::UpToDate ? 1 : 0;
			Failures += Report.Result == EWaveResult::Failed ? 1 : 0;
			for (const FString& Note : Report.Result == EWaveResult::Cancelled ? TArray<FString>() : Report.Notes)
			{
				const bool bFailed = Report.Result == EWaveResult::Failed;
				const FText Message = FText::FromString(bFailed ? Note : Report.Wave + TEXT(": ") + Note);
				if (bFailed)
				{
					Log.Error(Message);
				}
				else
				{
					Log.Warning(Message);
				}
			}
			if (bCancelled)
			{
				break;
			}
		}
		Log.Info(FText::Format(LOCTEXT("Summary", "{0} made, {1} up to date, {2} failed, {3} waves in total{4}. Use Save All to save the sequences."), FText::AsNumber(Made),
			FText::AsNumber(UpToDate), FText::AsNumber(Failures), FText::AsNumber(Waves.Num()),
			bCancelled ? LOCTEXT("Cancelled", "; cancelled") : FText::GetEmpty()));
		Log.Open(EMessageSeverity::Info, true);
	}
}

#undef LOCTEXT_NAMESPACE
