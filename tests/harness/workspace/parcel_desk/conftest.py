from __future__ import annotations

import pytest

from harness.workspace.scaffolding import scaffold
from tests.harness.workspace.parcel_desk.cases import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("exercise") / "parcel_desk"
    return Desk(scaffold("parcel_desk", folder, toolkit=True))
