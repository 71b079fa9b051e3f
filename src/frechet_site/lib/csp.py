"""The one exception to the content security policy.

MathLive writes the sizes of its boxes as style attributes. A view whose page uses it is
decorated with `style_attributes`; scripts and style sheets stay as restricted as
everywhere.
"""

from __future__ import annotations

from typing import Final

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update

style_attributes: Final = csp_update({"style-src-attr": [UNSAFE_INLINE]})
