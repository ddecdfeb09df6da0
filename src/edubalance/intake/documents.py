"""Whether a text that should name a document does."""

from __future__ import annotations

import re
import unicodedata

# Words that stand where a document should be named: of denial, of mere assent, and of neither.
NOT_YET = "目前|现|暂时|暂|尚|还|仍|均|都|并"
DONE = (
    "有|能|制定|制订|建立|健全|开展|落实|完成|实施|执行|出台|印发|下发|发布|提供|上报|形成|编制|达标|达到|符合|满足|做到|"
    "通过|核定|统筹|分配|倾斜|配备|适用|要求|规定|标准"
)
PAPER = "相关|有关|任何|文件|材料|方案|制度|资料|记录|规划|佐证|证明|依据|情况"
NO_DOCUMENT = re.compile(
    rf"(?:(?:{NOT_YET})*(?:没|无|未|不|否)(?:{DONE})*(?:此项|{PAPER})*)+|(?:正在|拟)(?:{DONE})+中?|是|有|对|暂缺|缺|待补|待定|"
    r"no(?: documents?| evidence| plan)?|none|nil|nothing|not\b(?: \w+){0,4}|n ?a|n|x|false|off|y|yes|true|on|unknown|"
)


def names_no_document(text: str) -> bool:
    """
    Tell whether a text that should name a document only denies, assents, or marks a gap.

    Parameters
    ----------
    text : str
        Evidence as a county gives it.

    Returns
    -------
    bool
        True for such words alone; whatever says more is taken for the name of a document.

    Examples
    --------
    >>> [names_no_document(text) for text in ("尚未制定", "没有", "none", "—", "是")]
    [True, True, True, True, True]
    >>> [names_no_document(text) for text in ("未成年人保护工作方案", "无重大事故证明（2023）", "Plan 3/2022")]
    [False, False, False]
    """
    plain = " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).lower()).split())
    return NO_DOCUMENT.fullmatch(plain if plain.isascii() else plain.replace(" ", "")) is not None
