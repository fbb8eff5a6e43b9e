"""Names of forgery methods as folders, lists and columns spell them: the one table of all roads."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

_SPELLINGS: Mapping[str, str] = {
    # FaceForensics++ (1901.08971), with the short names of DeepfakeBench
    "Deepfakes": "deepfake df ffdf",
    "Face2Face": "f2f fff2f",
    "FaceSwap": "fs fsw fffs",
    "NeuralTextures": "nt ffnt",
    "FaceShifter": "fsh fh sh fffh ffsh",
    "DeepFakeDetection": "dfd ffdfd",
    # DF40 (2406.13495): swapping, reenactment, synthesis, editing
    "FSGAN": "",
    "SimSwap": "",
    "InSwapper": "inswap",
    "BlendFace": "",
    "UniFace": "",
    "MobileSwap": "mobilefaceswap",
    "e4s": "",
    "FaceDancer": "",
    "DeepFaceLab": "",
    "FOMM": "",
    "face-vid2vid": "fsvid2vid",
    "Wav2Lip": "",
    "MRAA": "",
    "OneShot": "oneshotfree",
    "PIRender": "",
    "TPSMM": "tpsm",
    "LIA": "",
    "DaGAN": "danet",
    "SadTalker": "",
    "MCNet": "",
    "HyperReenact": "",
    "HeyGen": "",
    "VQGAN": "",
    "StyleGAN2": "",
    "StyleGAN3": "",
    "StyleGAN-XL": "",
    "SD-2.1": "",
    "SD-1.5": "",
    "DDIM": "",
    "DDPM": "",
    "RDDM": "",
    "PixArt": "pixartalpha",
    "DiT": "ditxl2",
    "SiT": "sitxl2",
    "MidJourney": "mj midjourney6",
    "WhichIsReal": "whichfaceisreal",
    "CollabDiff": "collaborativediffusion",
    "e4e": "",
    "StarGAN": "",
    "StarGANv2": "stargan2",
    "StyleCLIP": "",
    # Celeb-DF++ (2507.18015): its families, and methods that DF40 has not
    "FaceReenact": "",
    "TalkingFace": "",
    "Celeb-DF": "",
    "Celeb-synthesis": "",
    "HifiFace": "",
    "GHOST": "",
    "InfoSwap": "",
    "FSRT": "",
    "LivePortrait": "",
    "AniTalker": "",
    "EchoMimic": "",
    "EDTalk": "",
    "FLOAT": "",
    "IP-LAP": "",
    "Real3DPortrait": "",
    # generators of whole pictures (1912.11035 and later)
    "ProGAN": "pggan",
    "StyleGAN": "stylegan1",
    "BigGAN": "",
    "CycleGAN": "",
    "GauGAN": "",
    "AttGAN": "",
    "STGAN": "",
    "FaceApp": "",
    "DALL-E": "dalle dalle2 dalle3 dalle2face",
    "GLIDE": "",
    "ADM": "",
    "LDM": "",
    "StableDiffusion": "stablediffusion14 stablediffusion15 stablediffusionv14 stablediffusionv15",
    "SDXL": "stablediffusionxl",
}


def plain_name(name: str) -> str:
    """Return a name in lower case, with its letters and digits alone."""
    return re.sub(r"[^0-9a-z]", "", name.lower())


_CANONICAL = {
    spelling: name
    for name, others in _SPELLINGS.items()
    for spelling in (plain_name(name), *others.split())
}


@functools.cache
def method_name(name: str) -> str | None:
    """Return the usual name of a method, whatever its case and its dashes; None if unknown."""
    return _CANONICAL.get(plain_name(name))


def in_usual_order(methods: Iterable[str]) -> list[str]:
    """Return methods without repetition: those of the table in its order, then others by name."""
    order = {name: position for position, name in enumerate(_SPELLINGS)}
    return sorted(set(methods), key=lambda method: (order.get(method, len(order)), method))
