// What is served besides operations: the documents of the interface.
#include "daemon/http/exchange.h"
#include "ipc/api_page.h"
#include "ipc/openapi.h"

namespace wasphere::http {

std::optional<Response> Exchange::page() const {
  if (head_.method != "GET" && head_.method != "HEAD") return std::nullopt;
  Response out;
  if (target_.path == "/api/openapi.json") {
    if (desk_.openapi.empty()) desk_.openapi = ipc::openapi_document();
    out.body = desk_.openapi;
  } else if (target_.path == "/api/docs") {
    if (desk_.docs.empty()) desk_.docs = ipc::api_page();
    out.body = desk_.docs;
    out.content_type = "text/html; charset=utf-8";
  } else {
    return std::nullopt;
  }
  decorate(out);
  return out;
}

}  // namespace wasphere::http
