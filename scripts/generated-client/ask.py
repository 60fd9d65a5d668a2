"""Who agrees about a source, asked through the generated client: every name below is one that openapi.json has."""

import sys

from countersign_client import Client
from countersign_client.api.agreement import get_agreement
from countersign_client.models import Agreement, ArtifactAgreement, Problem


def line(artifact: ArtifactAgreement) -> str:
    voices = artifact.others
    return f"{artifact.name}: {voices.agreeing} agree, {voices.differing} differ, {voices.alone} alone"


node, collection, path = sys.argv[1:]
answer = get_agreement.sync(collection, path, client=Client(base_url=node))
if isinstance(answer, Problem):
    sys.exit(f"{answer.detail} [{answer.code}]")
if not isinstance(answer, Agreement):
    sys.exit("no answer")
for artifact in answer.artifacts:
    print(line(artifact))
