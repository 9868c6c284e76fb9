// Copyright the MetaFace contributors. MIT licence.
#include "Brushes/SlateImageBrush.h"
#include "Interfaces/IPluginManager.h"
#include "MessageLogInitializationOptions.h"
#include "MessageLogModule.h"
#include "MetaFaceContentMenu.h"
#include "Modules/ModuleManager.h"
#include "Styling/SlateStyle.h"
#include "Styling/SlateStyleRegistry.h"
#include "ToolMenus.h"

#define LOCTEXT_NAMESPACE "MetaFace"

class FMetaFaceEditorModule : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
		FMessageLogModule& MessageLog = FModuleManager::LoadModuleChecked<FMessageLogModule>("MessageLog");
		FMessageLogInitializationOptions Options;
		Options.bShowPages = true;
		MessageLog.RegisterLogListing(MetaFace::MessageLogName, LOCTEXT("Log", "MetaFace"), Options);
		if (!IsRunningCommandlet())
		{
			RegisterIcons();
			UToolMenus::RegisterStartupCallback(FSimpleMulticastDelegate::FDelegate::CreateRaw(this, &FMetaFaceEditorModule::ExtendMenus));
		}
	}

	virtual void ShutdownModule() override
	{
		UToolMenus::UnRegisterStartupCallback(this);
		UToolMenus::UnregisterOwner(this);
		if (Style.IsValid())
		{
			FSlateStyleRegistry::UnRegisterSlateStyle(*Style);
			Style.Reset();
		}
	}

private:
	void ExtendMenus()
	{
		const FToolMenuOwnerScoped Owner(this);
		MetaFace::ExtendContentMenu();
	}

	void RegisterIcons()
	{
		const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("MetaFace"));
		if (!Plugin.IsValid())
		{
			return;
		}
		Style = MakeShared<FSlateStyleSet>("MetaFaceStyle");
		const FString Icon = Plugin->GetBaseDir() / TEXT("Resources/Icon128.png");
		Style->Set("MetaFace.Icon", new FSlateImageBrush(Icon, FVector2D(16.0, 16.0)));
		Style->Set("ClassIcon.MetaFaceSpeaker", new FSlateImageBrush(Icon, FVector2D(16.0, 16.0)));
		Style->Set("ClassThumbnail.MetaFaceSpeaker", new FSlateImageBrush(Icon, FVector2D(64.0, 64.0)));
		FSlateStyleRegistry::RegisterSlateStyle(*Style);
	}

	TSharedPtr<FSlateStyleSet> Style;
};

#undef LOCTEXT_NAMESPACE

IMPLEMENT_MODULE(FMetaFaceEditorModule, MetaFaceEditor)
