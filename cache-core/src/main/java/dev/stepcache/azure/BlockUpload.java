package dev.stepcache.azure;

import dev.stepcache.http.Body;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.objects.EncodedName;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.PayloadPart;
import dev.stepcache.objects.Written;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Sends a large blob block by block, and then the list that makes a blob of them. Blocks that no
 * list names are seen by nobody, and Azure forgets them after a week; there is no request that
 * would end them sooner.
 *
 * @param block how many bytes are sent at a time
 */
record BlockUpload(BucketRequests requests, AzureEndpoint endpoint, long block) {
  /**
   * @param headers of the list, with the condition
   */
  Written send(String name, Payload payload, Map<String, String> headers, String operation)
      throws IOException {
    // Others may be sending the same blob: each has names of its own for blocks.
    String upload = UUID.randomUUID().toString();
    List<String> blocks = new ArrayList<>();
    for (long from = 0; from < payload.size(); from += block) {
      String id = id(upload, blocks.size());
      blocks.add(id);
      sendBlock(name, id, payload, from, headers.getOrDefault("x-ms-version", ""), operation);
    }
    return commit(name, blocks, payload, headers, operation);
  }

  private static String id(String upload, int number) {
    String text = upload + String.format(Locale.ROOT, "-%08d", number);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void sendBlock(
      String name, String id, Payload payload, long from, String version, String operation)
      throws IOException {
    long length = Math.min(block, payload.size() - from);
    Call call =
        Call.of(
                operation,
                "PUT",
                endpoint.blob(name, Optional.of("comp=block&blockid=" + EncodedName.of(id))),
                Map.of("x-ms-version", version))
            .with(new Body.Blob(length, PayloadPart.of(payload, from, length)), Optional.empty());
    requests.send(
        call,
        answer -> {
          try (answer) {
            if (answer.status() != 201) {
              throw AzureAnswers.notWritten(requests.refusal(operation, answer));
            }
            return true;
          }
        });
  }

  private Written commit(
      String name,
      List<String> blocks,
      Payload payload,
      Map<String, String> headers,
      String operation)
      throws IOException {
    StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    blocks.forEach(id -> list.append("<Uncommitted>").append(id).append("</Uncommitted>"));
    list.append("</BlockList>");
    Map<String, String> all = new TreeMap<>(headers);
    all.put("x-ms-blob-content-type", payload.contentType());
    Call call =
        Call.of(operation, "PUT", endpoint.blob(name, Optional.of("comp=blocklist")), all)
            .with(
                new Body.Bytes(
                    "application/xml", list.toString().getBytes(StandardCharsets.US_ASCII)),
                Optional.empty());
    return requests.send(
        call,
        answer -> {
          try (answer) {
            // Who commits a list ends the blocks of all others: somebody was faster.
            return AzureRefusals.code(answer).equals("InvalidBlockList")
                ? new Written.Conflict()
                : AzureAnswers.written(answer, operation, requests);
          }
        });
  }
}
