// Answers CloudFormation's question how many tasks the service shall have: as many as it has now; the minimum when it has none
// and there is an image to start; none when there is no image yet. It reads, and changes nothing.
const { ECS } = require("@aws-sdk/client-ecs");
const { ECR } = require("@aws-sdk/client-ecr");

const absent = (...names) => (error) => {
  if (names.includes(error.name)) return {};
  throw error;
};

async function count({ Cluster, Service, Repository, Tag, Minimum }) {
  const { services = [] } = await new ECS({})
    .describeServices({ cluster: Cluster, services: [Service] })
    .catch(absent("ClusterNotFoundException"));
  const running = services.find((service) => service.status === "ACTIVE")?.desiredCount;
  if (running > 0) return running;
  const { imageDetails = [] } = await new ECR({})
    .describeImages({ repositoryName: Repository, imageIds: [{ imageTag: Tag }] })
    .catch(absent("ImageNotFoundException", "RepositoryNotFoundException"));
  return imageDetails.length > 0 ? Number(Minimum) : 0;
}

exports.handler = async (event) => {
  const { StackId, RequestId, LogicalResourceId, RequestType, ResourceProperties, ResponseURL } = event;
  const answer = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: "task-count", Status: "SUCCESS" };
  try {
    if (RequestType !== "Delete") answer.Data = { Count: await count(ResourceProperties) };
  } catch (error) {
    answer.Status = "FAILED";
    answer.Reason = `${error.name}: ${error.message}`;
  }
  // Without a type, as in the examples of CloudFormation: the address is signed.
  const response = await fetch(ResponseURL, { method: "PUT", headers: { "content-type": "" }, body: JSON.stringify(answer) });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
};
