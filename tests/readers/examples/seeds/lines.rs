//! Tables of lines.

use crate::Seed;

pub fn seeds() -> Vec<Seed> {
    let seed = |name: &str, kind: u8, text: &str| {
        let bytes = [&[kind][..], text.as_bytes()].concat();
        ("lines", name.to_owned(), bytes)
    };
    vec![
        seed(
            "commas",
            0,
            "audio,output,fps,start,strength,style_strength,liveliness,seed,gains,language,actor\n\
             a b.wav,act 1/a,29.97,01:00:00;02,0.8,1,0,7,JawOpen=1.2,pt-BR,\"Ü, der \"\"Große\"\"\"\n\
             b.wav,b.csv,24000/1001,00:00:01:00,,,,,,,\n",
        ),
        seed(
            "semicolons",
            0,
            "\u{feff}Audio;Output\r\na.wav;\"x\ny\"\r\n;\r\n",
        ),
        seed(
            "tabs",
            0,
            "audio\toutput\na.wav\t../evil\nb.wav\tC:\\evil\n",
        ),
        seed(
            "json",
            1,
            "{\"audio\": \"a.wav\", \"fps\": 25, \"take\": true}\n\n{\"audio\": null}\n[1]\n",
        ),
    ]
}
