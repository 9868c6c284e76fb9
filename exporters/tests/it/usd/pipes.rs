//! Files that refer to pipes and devices, on which a reader could block forever.

use metaface_exporters::usd;

const FACE: &str = r#"#usda 1.0
(
    subLayers = [@./pipe@]
)
def Mesh "Face" (prepend apiSchemas = ["MaterialBindingAPI"]
    references = @./pipe[inner.usda]@)
{
    point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    int[] faceVertexCounts = [3]
    int[] faceVertexIndices = [0, 1, 2]
    rel material:binding = </Skin>
}
def Material "Skin"
{
    token outputs:surface.connect = </Skin/Surface.outputs:surface>
    def Shader "Surface"
    {
        uniform token info:id = "UsdPreviewSurface"
        color3f inputs:diffuseColor.connect = </Skin/Picture.outputs:rgb>
        token outputs:surface
    }
    def Shader "Picture"
    {
        uniform token info:id = "UsdUVTexture"
        asset inputs:file = @./pipe@
        float3 outputs:rgb
    }
}
"#;

#[test]
fn pipes_and_devices_that_a_layer_refers_to_do_not_block_the_reader() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    for reference in ["./pipe", "/dev/zero"] {
        let path = folder.path().join("face.usda");
        std::fs::write(&path, FACE.replace("./pipe", reference)).expect("written");
        let face = usd::load(&path).expect("the mesh is read");
        assert_eq!(face.meshes.len(), 1);
        let warning = face.warnings.first().expect("a warning about the image");
        assert!(warning.contains(reference), "{warning}");
    }
}
